/* false - do nothing, unsuccessfully
 *
 * config:  FALSE
 * group:   small tools
 * install: /bin
 *
 * usage: false
 *
 * Exits with 1.
 */
int false_main(int argc, char **argv);

int false_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 1;
}
