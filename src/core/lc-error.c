/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-error.h"

#include <libdex.h>

#include "lc-printable.h"

typedef LcErrorDetails LcErrorPrivate;

static void lc_error_private_init (LcErrorPrivate *priv);
static void lc_error_private_copy (const LcErrorPrivate *source, LcErrorPrivate *target);
static void lc_error_private_clear (LcErrorPrivate *priv);

G_DEFINE_EXTENDED_ERROR (LcError, lc_error)

typedef struct
{
  int foreign;
  LcError code;
} CodeMap;

static const char *const code_names[] = {
  [LC_ERROR_FAILED] = "failed",
  [LC_ERROR_CANCELLED] = "cancelled",
  [LC_ERROR_OFFLINE] = "offline",
  [LC_ERROR_TIMED_OUT] = "timed-out",
  [LC_ERROR_TLS] = "tls",
  [LC_ERROR_AUTH_REQUIRED] = "auth-required",
  [LC_ERROR_AUTH_FAILED] = "auth-failed",
  [LC_ERROR_FORBIDDEN] = "forbidden",
  [LC_ERROR_NOT_FOUND] = "not-found",
  [LC_ERROR_CONFLICT] = "conflict",
  [LC_ERROR_QUOTA_EXHAUSTED] = "quota-exhausted",
  [LC_ERROR_RATE_LIMITED] = "rate-limited",
  [LC_ERROR_PROTOCOL] = "protocol",
  [LC_ERROR_HOST_KEY_UNKNOWN] = "host-key-unknown",
  [LC_ERROR_HOST_KEY_CHANGED] = "host-key-changed",
  [LC_ERROR_KEYRING_LOCKED] = "keyring-locked",
  [LC_ERROR_PORT_IN_USE] = "port-in-use",
  [LC_ERROR_REMOTE_FAILED] = "remote-failed",
  [LC_ERROR_MISSING_PROGRAM] = "missing-program",
  [LC_ERROR_UNSUPPORTED] = "unsupported",
  [LC_ERROR_INVALID_INPUT] = "invalid-input",
};

static const CodeMap io_codes[] = {
  { G_IO_ERROR_CANCELLED, LC_ERROR_CANCELLED },
  { G_IO_ERROR_TIMED_OUT, LC_ERROR_TIMED_OUT },
  { G_IO_ERROR_NETWORK_UNREACHABLE, LC_ERROR_OFFLINE },
  { G_IO_ERROR_HOST_UNREACHABLE, LC_ERROR_OFFLINE },
  { G_IO_ERROR_HOST_NOT_FOUND, LC_ERROR_OFFLINE },
  { G_IO_ERROR_CONNECTION_REFUSED, LC_ERROR_OFFLINE },
  { G_IO_ERROR_CONNECTION_CLOSED, LC_ERROR_OFFLINE },
  { G_IO_ERROR_NOT_CONNECTED, LC_ERROR_OFFLINE },
  { G_IO_ERROR_PROXY_FAILED, LC_ERROR_OFFLINE },
  { G_IO_ERROR_PROXY_AUTH_FAILED, LC_ERROR_OFFLINE },
  { G_IO_ERROR_PROXY_NEED_AUTH, LC_ERROR_OFFLINE },
  { G_IO_ERROR_PROXY_NOT_ALLOWED, LC_ERROR_OFFLINE },
  { G_IO_ERROR_ADDRESS_IN_USE, LC_ERROR_PORT_IN_USE },
  { G_IO_ERROR_PERMISSION_DENIED, LC_ERROR_FORBIDDEN },
  { G_IO_ERROR_READ_ONLY, LC_ERROR_FORBIDDEN },
  { G_IO_ERROR_NOT_FOUND, LC_ERROR_NOT_FOUND },
  { G_IO_ERROR_EXISTS, LC_ERROR_CONFLICT },
  { G_IO_ERROR_BUSY, LC_ERROR_CONFLICT },
  { G_IO_ERROR_INVALID_DATA, LC_ERROR_PROTOCOL },
  { G_IO_ERROR_PARTIAL_INPUT, LC_ERROR_PROTOCOL },
  { G_IO_ERROR_MESSAGE_TOO_LARGE, LC_ERROR_PROTOCOL },
  { G_IO_ERROR_INVALID_ARGUMENT, LC_ERROR_INVALID_INPUT },
  { G_IO_ERROR_INVALID_FILENAME, LC_ERROR_INVALID_INPUT },
  { G_IO_ERROR_NOT_SUPPORTED, LC_ERROR_UNSUPPORTED },
  { -1, LC_ERROR_FAILED },
};

static const CodeMap file_codes[] = {
  { G_FILE_ERROR_NOENT, LC_ERROR_NOT_FOUND },    { G_FILE_ERROR_EXIST, LC_ERROR_CONFLICT },
  { G_FILE_ERROR_ACCES, LC_ERROR_FORBIDDEN },    { G_FILE_ERROR_PERM, LC_ERROR_FORBIDDEN },
  { G_FILE_ERROR_ROFS, LC_ERROR_FORBIDDEN },     { G_FILE_ERROR_ISDIR, LC_ERROR_INVALID_INPUT },
  { G_FILE_ERROR_LOOP, LC_ERROR_INVALID_INPUT }, { -1, LC_ERROR_FAILED },
};

static const CodeMap spawn_codes[] = {
  { G_SPAWN_ERROR_NOENT, LC_ERROR_MISSING_PROGRAM },
  { G_SPAWN_ERROR_ACCES, LC_ERROR_MISSING_PROGRAM },
  { G_SPAWN_ERROR_NOEXEC, LC_ERROR_MISSING_PROGRAM },
  { -1, LC_ERROR_FAILED },
};

static const CodeMap dex_codes[] = {
  { DEX_ERROR_FIBER_CANCELLED, LC_ERROR_CANCELLED },
  { DEX_ERROR_TIMED_OUT, LC_ERROR_TIMED_OUT },
  { -1, LC_ERROR_FAILED },
};

static const CodeMap resolver_codes[] = { { -1, LC_ERROR_OFFLINE } };
static const CodeMap tls_codes[] = { { -1, LC_ERROR_TLS } };
static const CodeMap uri_codes[] = { { -1, LC_ERROR_INVALID_INPUT } };
static const CodeMap text_codes[] = { { -1, LC_ERROR_PROTOCOL } };
static const CodeMap other_codes[] = { { -1, LC_ERROR_FAILED } };

static void
lc_error_private_init (LcErrorPrivate *priv)
{
}

static void
lc_error_private_copy (const LcErrorPrivate *source, LcErrorPrivate *target)
{
  target->http_status = source->http_status;
  g_set_str (&target->service_code, source->service_code);
  g_set_str (&target->service_message, source->service_message);
  g_set_str (&target->request_id, source->request_id);
}

static void
lc_error_private_clear (LcErrorPrivate *priv)
{
  g_clear_pointer (&priv->service_code, g_free);
  g_clear_pointer (&priv->service_message, g_free);
  g_clear_pointer (&priv->request_id, g_free);
}

static const CodeMap *
map_for_domain (GQuark domain)
{
  if (domain == G_IO_ERROR)
    return io_codes;
  if (domain == G_RESOLVER_ERROR)
    return resolver_codes;
  if (domain == G_TLS_ERROR)
    return tls_codes;
  if (domain == DEX_ERROR)
    return dex_codes;
  if (domain == G_FILE_ERROR)
    return file_codes;
  if (domain == G_SPAWN_ERROR)
    return spawn_codes;
  if (domain == G_URI_ERROR)
    return uri_codes;
  if (domain == G_CONVERT_ERROR || domain == G_KEY_FILE_ERROR || domain == G_MARKUP_ERROR)
    return text_codes;
  return other_codes;
}

/* What a service said may be part of the message, and that goes to logs and terminals. */
static GError *
new_printable (LcError code, const char *format, va_list args)
{
  g_autofree char *message = g_strdup_vprintf (format, args);
  g_autofree char *printable = lc_dup_printable_text (message);

  return g_error_new_literal (LC_ERROR, code, printable);
}

static void
take_printable (char **field, const char *text)
{
  g_free (*field);
  *field = lc_dup_printable_text (text);
}

static void
append_line (GString *report, const char *label, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (report, "%s: %s\n", label, value);
}

GError *
lc_error_new (LcError code, const char *format, ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = new_printable (code, format, args);
  va_end (args);
  return error;
}

GError *
lc_error_new_with_details (LcError code, const LcErrorDetails *details, const char *format, ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = new_printable (code, format, args);
  va_end (args);
  if (details != NULL)
    {
      LcErrorPrivate *priv = lc_error_get_private (error);

      priv->http_status = details->http_status;
      take_printable (&priv->service_code, details->service_code);
      take_printable (&priv->service_message, details->service_message);
      take_printable (&priv->request_id, details->request_id);
    }
  return error;
}

const LcErrorDetails *
lc_error_get_details (const GError *error)
{
  return error->domain == LC_ERROR ? lc_error_get_private (error) : NULL;
}

gboolean
lc_error_has_service_code (const GError *error, const char *service_code)
{
  const LcErrorDetails *details = lc_error_get_details (error);

  return details != NULL && g_strcmp0 (details->service_code, service_code) == 0;
}

const char *
lc_error_code_name (LcError code)
{
  return code < G_N_ELEMENTS (code_names) ? code_names[code] : code_names[LC_ERROR_FAILED];
}

GError *
lc_error_convert (GError *error)
{
  const CodeMap *map;
  GError *converted;

  if (error->domain == LC_ERROR)
    return error;

  map = map_for_domain (error->domain);
  while (map->foreign != -1 && map->foreign != error->code)
    map++;
  converted = lc_error_new (map->code, "%s", error->message);
  g_error_free (error);
  return converted;
}

gboolean
lc_error_is_cancelled (const GError *error)
{
  return g_error_matches (error, LC_ERROR, LC_ERROR_CANCELLED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED);
}

char *
lc_error_dup_report (const GError *error)
{
  GString *report = g_string_new (NULL);
  const LcErrorDetails *details = lc_error_get_details (error);

  if (details != NULL)
    append_line (report, "Error", lc_error_code_name (error->code));
  else
    g_string_append_printf (report, "Error: %s %d\n", g_quark_to_string (error->domain),
                            error->code);
  append_line (report, "Message", error->message);
  if (details != NULL)
    {
      if (details->http_status != 0)
        g_string_append_printf (report, "HTTP status: %u\n", details->http_status);
      append_line (report, "Service code", details->service_code);
      append_line (report, "Service message", details->service_message);
      append_line (report, "Request id", details->request_id);
    }
  return g_string_free (report, FALSE);
}
