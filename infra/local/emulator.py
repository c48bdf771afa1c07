"""``python -m infra.local.emulator up``: the real templates on an emulator of AWS, on this machine alone.

``up`` starts MiniStack, deploys every stack onto it and makes the demo shop; it ends by printing
``API_URL=<base url>``. ``deploy`` brings changed code onto a running one; ``down`` takes all of it away.
"""

from __future__ import annotations

import argparse
import sys

from infra.local import emulator_process
from infra.local.emulator_deploy import deploy, require_tools, seed
from infra.local.emulator_process import Emulator, EmulatorFailed


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a foreseeable failure is a line on the error stream and exit status 1."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "up":
            up(port=options.port, demo=options.seed == "demo")
        elif options.command == "deploy":
            deploy_again()
        else:
            down()
    except EmulatorFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; `make destroy-local` takes away what is there", file=sys.stderr)
        return 130
    return 0


def up(*, port: int | None = None, demo: bool = True) -> None:
    """Start the emulator and deploy, or say that it is up already."""
    running = emulator_process.load()
    if running and running.is_alive() and running.api_url:
        print("the emulator is already up; `python -m infra.local.emulator deploy` brings changed code onto it")
        print(f"API_URL={running.api_url}")
        return
    require_tools()
    if running:
        emulator_process.stop(running)
    print("starting MiniStack …", flush=True)
    deployed = deploy(emulator_process.start(port=port))
    if demo:
        seed(deployed)
    _announce(deployed)


def deploy_again() -> None:
    """Deploy the present code onto the running emulator; what is stored there stays."""
    require_tools()
    running = emulator_process.load()
    if not (running and running.is_alive()):
        raise EmulatorFailed("no emulator is up: `make deploy-local` starts one")
    _announce(deploy(running))


def down() -> None:
    """End the emulator and remove all that it left behind."""
    running = emulator_process.load()
    if not running:
        print("no emulator is up")
        return
    emulator_process.stop(running)
    print("the emulator is gone, and all it held")


def _announce(emulator: Emulator) -> None:
    """Remember the address only now, so that a half-made shop is made again by the next ``up``."""
    emulator_process.save(emulator)
    certificate = emulator.client_environment()["AWS_CA_BUNDLE"]
    print(f"AWS's own APIs: {emulator.endpoint} (key and secret `test`, AWS_CA_BUNDLE={certificate})")
    print(f"API_URL={emulator.api_url}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.emulator", description="The real deploy, on this machine."
    )
    parser.add_argument("command", choices=["up", "deploy", "down"])
    parser.add_argument("--port", type=int, help="where the shop's API answers (default: a free port)")
    parser.add_argument("--seed", choices=["demo", "none"], default="demo", help="the demo shop, or an empty one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
