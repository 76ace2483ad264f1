/* true - do nothing, successfully
 *
 * config:  TRUE
 * group:   small tools
 * install: /bin
 *
 * usage: true
 *
 * Exits with 0.
 */
int true_main(int argc, char **argv);

int true_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}
