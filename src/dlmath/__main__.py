"""The command `dlmath`."""

from dlmath.limits.signals import watch

watch()  # before anything else, so that Ctrl-C is quiet from the first moment


def main() -> None:
    """Runs the command line and ends the program with its exit code."""
    import gc
    import os
    import sys

    gc.disable()  # a short run ends before there is rubbish worth collecting
    sys.set_int_max_str_digits(0)  # exact integers are printed whole; their size is limited before
    from dlmath.cli.app import run

    # Everything is written and nothing needs tidying: leave without taking the interpreter apart.
    os._exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
