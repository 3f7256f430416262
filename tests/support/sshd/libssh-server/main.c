/* SPDX-License-Identifier: GPL-3.0-or-later */

/* lc-libssh-server FOLDER PORT: serves on 127.0.0.1 until it is killed. FOLDER has config,
 * host_rsa, host_ed25519 and authorized_keys. */

#include "test-server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int
message_cb (ssh_session session, ssh_message message, void *data)
{
  switch (ssh_message_type (message))
    {
    case SSH_REQUEST_AUTH:
      return log_in_message (data, message);
    case SSH_REQUEST_CHANNEL_OPEN:
    case SSH_REQUEST_CHANNEL:
      return channels_message (data, message);
    default:
      return 1; /* libssh refuses it */
    }
}

static ssh_bind
make_bind (const Options *options, const char *folder)
{
  ssh_bind bind = ssh_bind_new ();
  g_autofree char *rsa = g_build_filename (folder, "host_rsa", NULL);
  g_autofree char *ed25519 = g_build_filename (folder, "host_ed25519", NULL);
  const gboolean no = FALSE;
  const struct
  {
    enum ssh_bind_options_e option;
    const void *value;
  } values[] = {
    { SSH_BIND_OPTIONS_PROCESS_CONFIG, &no },
    { SSH_BIND_OPTIONS_HOSTKEY, rsa },
    { SSH_BIND_OPTIONS_HOSTKEY, ed25519 },
    { SSH_BIND_OPTIONS_KEY_EXCHANGE, options->kex },
    { SSH_BIND_OPTIONS_CIPHERS_C_S, options->ciphers },
    { SSH_BIND_OPTIONS_CIPHERS_S_C, options->ciphers },
    { SSH_BIND_OPTIONS_HMAC_C_S, options->macs },
    { SSH_BIND_OPTIONS_HMAC_S_C, options->macs },
    { SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, options->host_keys },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    if (values[i].value != NULL &&
        ssh_bind_options_set (bind, values[i].option, values[i].value) != SSH_OK)
      g_error ("Option %d: %s", values[i].option, ssh_get_error (bind));
  return bind;
}

static void
serve (const Options *options, const char *folder, int fd)
{
  Server server = { .options = options, .folder = folder };
  ssh_bind bind = make_bind (options, folder);

  server.session = ssh_new ();
  server.channels = g_ptr_array_new ();
  if (ssh_bind_accept_fd (bind, server.session, fd) != SSH_OK)
    g_error ("%s", ssh_get_error (bind));
  if (options->rekey > 0)
    ssh_options_set (server.session, SSH_OPTIONS_REKEY_DATA, &options->rekey);
  ssh_set_message_callback (server.session, message_cb, &server);
  if (ssh_handle_key_exchange (server.session) != SSH_OK)
    g_error ("Key exchange: %s", ssh_get_error (server.session));
  server.event = ssh_event_new ();
  ssh_set_blocking (server.session, FALSE);
  ssh_event_add_session (server.event, server.session);
  if (log_in (&server))
    {
      g_message ("logged in");
      channels_run (&server);
    }
  g_message ("the end: %s", ssh_get_error (server.session));
}

static int
listen_on (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;

  (void) setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, 128) < 0)
    g_error ("Cannot listen on port %u", port);
  return fd;
}

int
main (int argc, char **argv)
{
  Options options;
  g_autofree char *config = NULL;
  int listener;
  int fd;

  if (argc != 3)
    return 2;
  config = g_build_filename (argv[1], "config", NULL);
  options_read (&options, config);
  ssh_init ();
  ssh_bind_free (make_bind (&options, argv[1])); /* so that a wrong option is told at once */
  signal (SIGPIPE, SIG_IGN);
  signal (SIGCHLD, SIG_IGN);
  listener = listen_on (atoi (argv[2]));
  while ((fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
    {
      if (fork () == 0)
        {
          int on = 1;

          close (listener);
          signal (SIGCHLD, SIG_DFL);
          (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          serve (&options, argv[1], fd);
          _exit (0);
        }
      close (fd);
    }
  return 1;
}
