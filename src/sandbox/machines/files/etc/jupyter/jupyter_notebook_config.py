# SPDX-License-Identifier: GPL-3.0-or-later
# With the default one, notebook 6 on jupyter_client 8 (Debian 13) lets the first connection to every
# kernel wait for a minute: https://github.com/jupyter/jupyter_client/issues/926
c = get_config()  # noqa: F821
c.NotebookApp.kernel_manager_class = "notebook.services.kernels.kernelmanager.AsyncMappingKernelManager"
