/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-error-text.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  const char *title;
  const char *hint;
  LcErrorAction action;
} LcErrorText;

static const LcErrorText texts[] = {
  [LC_ERROR_FAILED] = {
    N_("Something Went Wrong"),
    N_("This is a fault of LabConnect. Copy the details and report it."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_CANCELLED] = {
    N_("Cancelled"),
    N_("Nothing more was done."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_OFFLINE] = {
    N_("No Connection"),
    N_("The network or the machine does not answer. Check that you are online, then try again."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_TIMED_OUT] = {
    N_("No Answer in Time"),
    N_("It took too long. The machine or the network may be busy: try again in a minute."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_TLS] = {
    N_("The Connection Is Not Secure"),
    N_("The service could not prove who it is. A login page of this network, or a wrong clock, can be the reason."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_AUTH_REQUIRED] = {
    N_("Sign In Again"),
    N_("Your sign-in has expired or was withdrawn."),
    LC_ERROR_ACTION_SIGN_IN,
  },
  [LC_ERROR_AUTH_FAILED] = {
    N_("Login Not Accepted"),
    N_("The user name, the password or the key is not the one that is expected."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_FORBIDDEN] = {
    N_("Not Allowed"),
    N_("Your account may not do this. Ask your teacher for access."),
    LC_ERROR_ACTION_NONE,
  },
  [LC_ERROR_NOT_FOUND] = {
    N_("Not Found"),
    N_("It is not there any more, or was never there. Refresh the list to see what is."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_CONFLICT] = {
    N_("Busy at the Moment"),
    N_("Something else is being done with it. Wait until that has ended, then try again."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_QUOTA_EXHAUSTED] = {
    N_("No Hours Left"),
    N_("The hours for this machine are used up. Ask your teacher for more."),
    LC_ERROR_ACTION_NONE,
  },
  [LC_ERROR_RATE_LIMITED] = {
    N_("Too Many Requests"),
    N_("The service asks to wait. Try again in a few minutes."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_PROTOCOL] = {
    N_("An Answer That Makes No Sense"),
    N_("The service sent something that LabConnect does not understand. Copy the details and report it."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_HOST_KEY_UNKNOWN] = {
    N_("Machine Not Trusted"),
    N_("You have not confirmed the identity of this machine, so nothing was sent to it."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_HOST_KEY_CHANGED] = {
    N_("This Machine Is Not the One You Know"),
    N_("Its identity has changed. Nothing was sent to it."),
    LC_ERROR_ACTION_NONE,
  },
  [LC_ERROR_KEYRING_LOCKED] = {
    N_("The Keyring Is Locked"),
    N_("Unlock it so that LabConnect can read the passwords that it keeps there."),
    LC_ERROR_ACTION_UNLOCK_KEYRING,
  },
  [LC_ERROR_PORT_IN_USE] = {
    N_("The Local Port Is Taken"),
    N_("Another program uses this port on your computer. Close it, then try again."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_REMOTE_FAILED] = {
    N_("It Failed on the Other Side"),
    N_("The machine or the service could not do it. The details say what it answered."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_MISSING_PROGRAM] = {
    N_("A Program Is Missing"),
    N_("A program that is needed for this is not installed. The details say which one."),
    LC_ERROR_ACTION_RETRY,
  },
  [LC_ERROR_UNSUPPORTED] = {
    N_("Not Possible Here"),
    N_("This machine or service does not offer it."),
    LC_ERROR_ACTION_NONE,
  },
  [LC_ERROR_INVALID_INPUT] = {
    N_("Not Accepted"),
    N_("Something that was typed is not in the form that is needed."),
    LC_ERROR_ACTION_RETRY,
  },
};

/* A code that has words of its own. */
typedef struct
{
  LcError code;
  const char *service_code;
  LcErrorText text;
} LcErrorSpecialText;

static const LcErrorSpecialText special_texts[] = {
  { LC_ERROR_REMOTE_FAILED,
    "no-space",
    {
        N_ ("The Machine’s Disk Is Full"),
        N_ ("Delete files on the machine that you need no more, then try again."),
        LC_ERROR_ACTION_RETRY,
    } },
  { LC_ERROR_CONFLICT,
    "no-space",
    {
        N_ ("This Computer’s Disk Is Full"),
        N_ ("Delete files on your computer that you need no more, then try again."),
        LC_ERROR_ACTION_RETRY,
    } },
  { LC_ERROR_HOST_KEY_CHANGED,
    "host-key-revoked",
    {
        N_ ("This Machine Must Not Be Trusted"),
        N_ ("The key that it shows was revoked: whoever looks after your computer or the lab has "
            "marked it as stolen or withdrawn. Nothing was sent to it. Tell your teacher."),
        LC_ERROR_ACTION_NONE,
    } },
  { LC_ERROR_CONFLICT,
    "machine-stopped",
    { N_ ("The Machine Was Stopped"),
      N_ ("What was open on it has closed. Open it again to start the machine."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_CONFLICT,
    "no-more-sessions",
    { N_ ("Too Much Is Open on the Machine"),
      N_ ("The machine allows no more at the same time. Close something that is open on it, then "
          "try again."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_FORBIDDEN,
    "forwarding-forbidden",
    { N_ ("The Machine Forbids Tunnels"),
      N_ ("Its SSH server is set up so that nothing can be reached through it "
          "(AllowTcpForwarding). Ask your teacher to allow it."),
      LC_ERROR_ACTION_NONE } },
  { LC_ERROR_AUTH_FAILED,
    "password",
    { N_ ("Password Not Accepted"),
      N_ ("The machine does not take this user name and password together. Type them again, or set "
          "a new password."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_AUTH_FAILED,
    "publickey",
    { N_ ("Key Not Accepted"),
      N_ ("The machine does not know this key. Choose another one, or log in with the password."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_AUTH_FAILED,
    "no-such-method",
    { N_ ("The Machine Wants Another Way to Log In"),
      N_ ("It does not take what you chose. The details say what it takes: try again and choose "
          "that."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_AUTH_FAILED,
    "key-file",
    { N_ ("The Key File Cannot Be Used"),
      N_ ("It is missing, or it is not a private key. Choose the file without “.pub” at its end."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_AUTH_FAILED,
    "passphrase",
    { N_ ("The Passphrase Does Not Open the Key"),
      N_ ("It is the one that was chosen when the key was made, not a password of the machine."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_AUTH_FAILED,
    "code",
    { N_ ("Answers Not Accepted"),
      N_ ("The machine asked a question, such as for a code, and did not accept the answers. A "
          "code is good for one use and a short time: try again with a new one."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_AUTH_FAILED,
    "agent",
    { N_ ("No SSH Agent Answers"),
      N_ ("The program that holds your keys does not run, or does not answer. Start it or unlock "
          "it, or choose another way to log in."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_AUTH_FAILED,
    "password-expired",
    { N_ ("The Password Has Expired"),
      N_ ("The machine wants a new one before it lets you in. Try again and choose one, or ask "
          "your teacher."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_AUTH_FAILED,
    "password-expired-terminal",
    { N_ ("The Password Has Expired"),
      N_ ("The machine wants a new one, and asks for it only in a terminal. Run the machine’s SSH "
          "command in a terminal, choose a new password there, then try again."),
      LC_ERROR_ACTION_RETRY } },
  { LC_ERROR_REMOTE_FAILED,
    "key-not-accepted",
    { N_ ("The Machine Does Not Take Keys"),
      N_ ("The key was put on the machine, but does not let you in there. You log in as before."),
      LC_ERROR_ACTION_NONE } },
  { LC_ERROR_UNSUPPORTED,
    "no-keyring",
    { N_ ("There Is No Keyring"),
      N_ ("A key can be made only where a keyring can keep it, or it would be lost when you quit. "
          "Start your desktop’s keyring, then try again."),
      LC_ERROR_ACTION_NONE } },
  { LC_ERROR_UNSUPPORTED,
    "no-common-algorithm",
    { N_ ("No Common Encryption"),
      N_ ("The machine’s SSH server offers only algorithms that LabConnect does not have, mostly "
          "because it is very old. Ask your teacher to update it."),
      LC_ERROR_ACTION_NONE } },
};

static const LcErrorText *
lookup_special (const GError *error)
{
  const LcErrorDetails *details = lc_error_get_details (error);

  for (guint i = 0; details != NULL && i < G_N_ELEMENTS (special_texts); i++)
    if (special_texts[i].code == (LcError) error->code &&
        g_strcmp0 (special_texts[i].service_code, details->service_code) == 0)
      return &special_texts[i].text;

  return NULL;
}

static const LcErrorText *
lookup (const GError *error)
{
  const LcErrorText *special;

  if (error == NULL || error->domain != LC_ERROR || error->code < 0 ||
      (guint) error->code >= G_N_ELEMENTS (texts))
    return &texts[LC_ERROR_FAILED];

  special = lookup_special (error);
  return special != NULL ? special : &texts[error->code];
}

const char *
lc_error_text_get_title (const GError *error)
{
  return _ (lookup (error)->title);
}

const char *
lc_error_text_get_hint (const GError *error)
{
  return _ (lookup (error)->hint);
}

LcErrorAction
lc_error_text_get_action (const GError *error)
{
  return lookup (error)->action;
}

const char *
lc_error_text_get_action_label (LcErrorAction action)
{
  switch (action)
    {
    case LC_ERROR_ACTION_RETRY:
      return _ ("_Try Again");
    case LC_ERROR_ACTION_SIGN_IN:
      return _ ("_Sign In");
    case LC_ERROR_ACTION_UNLOCK_KEYRING:
      return _ ("_Unlock");
    case LC_ERROR_ACTION_NONE:
    default:
      return NULL;
    }
}

const char *
lc_error_text_get_service_message (const GError *error)
{
  const LcErrorDetails *details = error != NULL ? lc_error_get_details (error) : NULL;

  if (details == NULL || details->service_message == NULL || *details->service_message == '\0')
    return NULL;

  return details->service_message;
}

guint
lc_error_text_get_n_codes (void)
{
  return G_N_ELEMENTS (texts);
}
