// Package client speaks the HTTP interface of package api to a hall: typed
// calls with a deadline each, bounded answers, and the stream of board events
// that reconnects by itself.
//
// Only the hall's own answer counts. A call succeeds when the status is 200,
// the type is JSON and the body decodes; an RFC 9457 problem comes back as a
// [*Problem]; anything else (a portal's HTML, a redirect, half an answer) is a
// [*TransportError] and means "not delivered". Nothing is retried here except
// [Client.Events]: who asks decides.
package client
