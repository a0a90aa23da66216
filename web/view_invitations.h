/* web/view_invitations.h -- links for those who are asked.
 * Tokens are shown in the answer to the request that makes them and never again: only their
 * keyed hashes are stored. */
#ifndef WEB_VIEW_INVITATIONS_H
#define WEB_VIEW_INVITATIONS_H

#include "web/web.h"

#define INVITATIONS_MOST 1000 /* in one request */

extern const struct web_field invitation_fields[];
int invitations_post(struct web_request *rq, struct web_response *rs, struct err *e);

#endif
