/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

G_BEGIN_DECLS

/* An SSH server for tests, written with libssh: for what neither OpenSSH nor Dropbear can be told
 * to do. README.md beside it lists the lines of its configuration. One process per connection. */

typedef struct
{
  char *text;
  char *answer; /* "*": any */
  gboolean echo;
} Ask;

typedef struct
{
  char *name;
  char *instruction;
  GPtrArray *asks; /* Ask */
} Round;

#define MOST_BYTES 32000

typedef struct
{
  int methods;       /* SSH_AUTH_METHOD_… */
  guint need;        /* how many of them one must pass */
  GPtrArray *rounds; /* Round, of keyboard-interactive */
  char *banner;      /* nullable: said before the log-in */
  char *kex;         /* nullable, as the next ones: libssh's own choice */
  char *ciphers;
  char *macs;
  char *host_keys;
  guint64 rekey; /* bytes after which the server exchanges keys anew; 0: libssh's own choice */
  gboolean refuse_sessions;
  gboolean refuse_tcp;
  guint16 silent_port; /* a channel to there is never answered */
  guint most_channels;
  guint most_bytes; /* of a message, at most MOST_BYTES */
} Options;

/* Ends the program when it does not understand a line. */
void options_read (Options *self, const char *path);

typedef struct
{
  const Options *options;
  const char *folder; /* with authorized_keys */
  ssh_session session;
  ssh_event event;
  struct ssh_server_callbacks_struct callbacks;
  gboolean banner_said;
  int passed; /* methods */
  gboolean logged_in;
  guint round;         /* of keyboard-interactive, that is being asked */
  GPtrArray *channels; /* Channel */
} Server;

/* Serves until the client is logged in. Returns: whether it is */
gboolean log_in (Server *self);

/* One message of the log-in that libssh has no callback for. Returns: 0 when it was answered */
int log_in_message (Server *self, ssh_message message);

/* Serves channels until the connection ends. */
void channels_run (Server *self);

/* One message about channels. Returns: 0 when it was answered */
int channels_message (Server *self, ssh_message message);

G_END_DECLS
