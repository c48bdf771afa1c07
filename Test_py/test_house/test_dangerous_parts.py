"""What runs in the cloud has no part that is dangerous by itself: it is not there, so it cannot be used wrongly."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
FOLDERS = ("functions", "layers/pushcart", "utils")
FILES = [path for folder in FOLDERS for path in sorted((TOP / folder).rglob("*.py"))]

COMMANDS = {"subprocess", "pty", "commands", "multiprocessing", "ctypes", "cffi"}
INTERPRETERS = {"code", "codeop", "jinja2", "mako", "markdown", "docutils", "js2py"}
DESERIALISERS = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml"}
MARKUP = {"xml", "lxml", "xmltodict", "defusedxml", "html.parser", "bs4"}
SERVERS = {"ldap", "ldap3", "smtplib", "imaplib", "ftplib", "telnetlib", "memcache", "pymemcache", "pymysql"}
FETCHERS = {"requests", "httpx", "aiohttp", "http.client", "urllib.request"}
ARCHIVES = {"zipfile", "tarfile", "shutil"}
ABSENT = COMMANDS | INTERPRETERS | DESERIALISERS | MARKUP | SERVERS | FETCHERS | ARCHIVES

CALLS = {"eval", "exec", "compile", "__import__", "open", "input", "globals"}
ATTRIBUTES = {"os.system", "os.popen", "os.spawnl", "os.execv", "os.fork", "json.JSONDecoder", "logging.config"}
WEAK_HASHES = {"md5", "md4", "sha1", "new"}
ALONE: dict[str, set[str]] = {
    # Who may, and why nobody else: the three ports to other servers, HMAC as RFC 6238 wants it, jitter between retries
    # and buyers of a hot SKU spread over its buckets, datagrams to the trace daemon beside the function; and the
    # embedded search, whose index is a file: its SQL is written there, and what people ask is only ever a parameter.
    "urllib3": {
        "layers/pushcart/accounts/oidc/web.py",
        "layers/pushcart/payments/stripe_provider/transport.py",
        "layers/pushcart/search/opensearch/transport.py",
    },
    "sha1": {"layers/pushcart/accounts/totp.py"},
    "random": {"layers/pushcart/inventory/service/allocation.py", "utils/backoff.py"},
    "socket": {"utils/caller.py", "utils/tracing.py"},
    "sqlite3": {f"layers/pushcart/search/embedded/{name}.py" for name in ("asking", "copies", "files", "writing")},
    "tempfile": {f"layers/pushcart/search/embedded/{name}.py" for name in ("adapter", "copies")},
}


def named(path: Path) -> str:
    return path.relative_to(TOP).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def reaches(module: str, forbidden: str) -> bool:
    return module == forbidden or module.startswith(f"{forbidden}.")


TREES = {named(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def test_nothing_dangerous_is_imported() -> None:
    wrong = []
    for place, tree in TREES.items():
        modules = set(imported(tree))
        wrong += [(place, one) for one in modules for forbidden in ABSENT if reaches(one, forbidden)]
        for name, places in ALONE.items():
            if place not in places and any(reaches(one, name) for one in modules):
                wrong.append((place, name))
    assert not wrong


def test_nothing_dangerous_is_called() -> None:
    assert not [
        (place, function)
        for place, tree in TREES.items()
        for function, _ in called(tree)
        if function in CALLS | ATTRIBUTES
    ]


def test_no_weak_hash_is_used() -> None:
    for place, tree in TREES.items():
        for function, node in called(tree):
            head, _, last = function.rpartition(".")
            assert not (head == "hashlib" and last in WEAK_HASHES), (place, function)
            if function in {"hmac.new", "hmac.digest"}:
                used = set(re.findall(r"md5|sha1\b|sha256|sha512", ast.unparse(node)))
                assert used, (place, "a code names its hash")
                assert used <= {"sha256", "sha512"} or place in ALONE["sha1"], (place, used)


def test_patterns_are_made_of_our_own_words_alone() -> None:
    """A pattern is a text in the source, or put together of such: never of what somebody sent."""
    for place, tree in TREES.items():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        inside = {id(node) for function in functions for node in ast.walk(function)}
        for function, node in called(tree):
            if function.startswith("re.") and node.args:
                constant = isinstance(node.args[0], ast.Constant)
                assert constant or id(node) not in inside, (place, ast.unparse(node))


def test_what_is_looked_for_is_found_where_it_is() -> None:
    tree = ast.parse("import os.path\nfrom xml.etree import ElementTree\neval('1')\nos.system('x')")
    assert {"os.path", "xml.etree", "xml.etree.ElementTree"} == set(imported(tree))
    assert {"eval", "os.system"} == {function for function, _ in called(tree)}
    assert reaches("xml.etree", "xml")
    assert not reaches("xmlish", "xml")


def test_each_exception_is_used() -> None:
    for name, places in ALONE.items():
        for place in places:
            assert name in (TOP / place).read_text(encoding="utf-8"), f"{place} does not need {name} any more"
