/* boottemplates - the configuration files of an image, made at boot: each file below /etc/templates, to the same path
 * below /, without the .tmpl at its end if there is one.
 *
 * Placeholders are ${X} and {{X}}, each also with a word instead: ${X:-word}, {{X:-word}} (pure/template.h). A bare $X
 * is text, as nginx has it; $${ and \{{ are ${ and {{. With INIT_TEMPLATE_PREFIX or INIT_TEMPLATE_FILTER only the names
 * that are so are placeholders, others stay.
 */
#ifndef SVC_BOOTTEMPLATES_H
#define SVC_BOOTTEMPLATES_H

#include "pure/template.h"

#define BOOTTEMPLATES "/etc/templates"

enum { BOOTTEMPLATES_KINDS = TEMPLATE_DOLLAR | TEMPLATE_OPS | TEMPLATE_BRACES | TEMPLATE_MUSTACHE };

struct boot;

/* Step: nothing was made if a template has a fault; all faults are said. */
int boottemplates_all(struct boot *);

#endif
