"""Passwords that everybody tries first: those of a list, and all that are made as the lists of leaked ones are.

From 8 characters on, what published lists hold is a few hundred words and names, alone, twice or two together, with
digits and signs around them or in the place of letters, and walks over the keyboard. Lists say so one by one; this says
the rule, so that it is short, and holds for the digits of next year, too.
"""

import re
import string
from typing import Final

MOST_WORDS: Final = 2
"""Three words that everybody knows, one after the other, are on no list that is tried first."""

_WORDS: Final = (
    "password", "passw0rd", "passwort", "motdepasse", "contrasena", "welcome", "letmein", "iloveyou", "qwerty",
    "qwertz", "azerty", "admin", "administrator", "changeme", "pushcart", "monkey", "dragon", "football", "baseball",
    "sunshine", "princess", "superman", "batman", "trustno1", "master", "shadow", "starwars", "whatever", "summer",
    "winter", "spring", "autumn", "secret", "default", "guest", "login",
)  # fmt: skip
_TAILS: Final = (
    "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "!", "1!", "123!",
    "1234!", "2020", "2021", "2022", "2023", "2024", "2025", "2026", "2027", "2024!", "2025!", "2026!", "@123",
    "@1234", "_123", "_1234", "111", "1111", "000", "0000",
)  # fmt: skip
_WALKS: Final = (
    "12345678", "123456789", "1234567890", "87654321", "987654321", "0123456789", "12341234", "11223344", "123123123",
    "qwertyui", "qwertyuiop", "asdfghjk", "asdfghjkl", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "zaq12wsx", "qazwsxedc",
    "abcdefgh", "abcd1234", "a1b2c3d4", "aa123456", "abc12345", "p@ssw0rd", "pa$$word", "passwords", "iloveyou",
    "sunshine", "princess", "football", "baseball", "trustno1", "superman", "whatever", "computer", "internet",
    "liverpool", "jennifer", "michelle", "startrek", "letmein!",
    "123456789012", "1234567890123", "012345678901", "0123456789012", "098765432109", "987654321098", "123123123123",
    "123412341234", "121212121212", "112233445566", "111222333444", "123456123456", "123456654321", "1234567890-=",
    "qwertyuiop12", "qwertyuiop123", "qwertyuiop[]", "qwertyuiopas", "qwertyuiopasdf", "qwertyuiopasdfghjkl",
    "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "q1w2e3r4t5y6", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "qazwsxedcrfv",
    "zaq12wsxcde3", "!qaz2wsx3edc", "asdfghjkl123", "asdfghjkl;'\\", "zxcvbnm12345", "zxcvbnm,./12", "abcdefghijkl",
    "abcdefghijklm",
    "abcdefghijklmnopqrstuvwxyz", "abc123abc123", "abcd1234abcd", "a1b2c3d4e5f6", "aa1234567890", "abc123456789",
    "qwerty qwerty", "qwe123qwe123", "asd123asd123", "iloveyou iloveyou", "correcthorsebatterystaple",
    "correct horse battery staple", "thisisapassword", "mypassword123", "mypassword1234", "newpassword123",
    "testpassword", "test12345678", "testtesttest", "temppassword", "temppassword1", "passwordpassword",
    "password password", "password123456", "p@ssw0rd1234", "p@ssword1234", "p@$$w0rd1234", "pa$$word1234",
    "zag12wsx", "1g2w3e4r", "q1w2e3r4", "12qwaszx", "1qazxsw2", "12qwaszx34erdfcv", "qazxswedcvfr", "asdfqwerzxcv",
    "q1w2e3r4t5", "zxcasdqwe123", "1234qwerasdf",
    "administrator", "administrator1", "superuser123", "rootrootroot", "adminadminadmin", "admin123admin",
    "letmeinletmein", "welcomewelcome", "iloveyouforever", "ilovemyfamily", "manchesterunited", "liverpoolfc123",
    "chelseafc123", "harrypotter1", "harrypotter123", "spiderman1234", "pokemon12345", "minecraft123", "jesuschrist1",
    "unbelievable", "rumpelstiltskin", "supercalifragilisticexpialidocious",
)  # fmt: skip

COMMON: Final[frozenset[str]] = frozenset(
    password
    for password in (*_WALKS, *(word + tail for word in _WORDS for tail in _TAILS), *(word * 2 for word in _WORDS))
    if len(password) >= 8
)

_NAMES: Final = """
    aaron abc abcd abcdef abigail account adidas admin administrator africa airborne alabama albert alex alexander
    alexandra alexis alice alicia alpha amanda amber america american anderson andrea andrei andrew android angel
    angela angelo animal anthony antonio apollo apple april arsenal arthur asdasd asdf asdfgh asdfghjkl asdqwe ashley
    august austin autumn awesome azerty baby babyboy babygirl badboy badgirl banana banane barbara barcelona baseball
    basket basketball batman beach bear beautiful beauty bella benjamin berlin bigdaddy biggie black blessed blink
    blonde blood blue bond boston brandon brandy brazil brian brooklyn brother bubba bubbles buddy bulldog buster
    butter butterfly cambiami cameron canada captain carlos carolina caroline casper cassie catherine celtic champion
    change changeme charles charlie charlotte cheese chelsea cherry chester chicago chicken chocolate chris christ
    christian christina christine christopher claudia cocacola coffee college computer contrasena cookie cooper
    corvette courtney cowboy cowboys crazy cristian cristina crystal czechout dallas dancer daniel danielle david
    death december default destiny diamond dolphin dolphins donald dragon dragonball dream eagle eagles edward eleven
    elizabeth emily eminem england enter estrella eternal europe extreme facebook falcon family fatima february
    ferrari fire fireball flower flowers football forever france francis frank freedom friday friend friends fuck
    fuckoff fuckyou gabriel gandalf gangster garfield george germany giants ginger girls goalie god gold golden
    goldfish google gordon gracie green guest guitar gwerty hallo hammer hannah happy harley harry hearts heaven hello
    hellokitty hockey holiday honda horses hotmail hottie house houston hunter iloveme iloveu iloveyou india infinity
    instagram internet isabel isabella jackson jaguar james january jasmine jason jasper jennifer jeremy jessica jesus
    john johnny johnson jonathan jordan joseph joshua july june junior justice justin juventus kevin killer king
    kitten kitty knight lakers lauren legend letmein lincoln linkedin linkin liverpool login london loser love lover
    lovers madison maggie magic manager manchester march maria marina marine marines mario mark marlboro martin master
    matrix matthew maverick maxwell melissa mercedes metallica mexico michael michelle mickey midnight miguel mike
    miller minecraft mommy monday money monkey monster morgan motdepasse mother mountain muffin murphy mustang myspace
    naruto natalie nathan newyork nicholas nicole nintendo nirvana nissan november october office oliver orange
    pakistan pass passport passwd password passwort patricia patrick peace peaches peanut pepper peter phoenix pimpin
    player please pokemon poohbear porsche prince princesa princess puppies purple pushcart qazwsx qazwsxedc qazxsw
    qweasd qweasdzxc qweqwe qwer qwerty qwertyui qwertyuiop qwertz rabbit rachel rainbow ranger raymond realmadrid
    rebecca redsox richard robert rocky ronaldo root rosebud russia samantha samsung samuel saturday school scooter
    scorpion scotland sebastian secret security september service sexy shadow shalom shannon shop shopping silver
    simone sister skippy slayer slipknot smile smokey snickers snoopy soccer sophie spider spiderman spirit spring
    starwars station stella stephanie steven student summer sunday sunflower sunshine superman superstar support
    supreme survivor suzuki sweet sweetheart sweetie system target taylor teacher temp temporary tennis teresa test
    tester testing thomas thunder tianya tiger tigers tigger tinker tinkerbell tinkle toyota travis trinity trustno
    tuesday tweety twilight unicorn unknown user vampire vanessa veronica victor victoria viking vincent voyager
    walter warcraft warrior washington webmaster wednesday welcome werner whatever whatsapp white william williams
    willow windows winner winston winter wizard wolf wonder work wrestling wsxedc xavier yamaha yankees yellow youtube
    zaqwsx zxcv zxcvbn zxcvbnm
"""
_FIRST: Final[frozenset[str]] = frozenset(_NAMES.split())
"""Words and names that stand in such passwords."""

_LONGEST: Final = max(map(len, _FIRST))
_STAND_INS: Final = str.maketrans("013457@$!|", "oieastasil")
_AFTER: Final = string.digits + string.punctuation + " "
_BEFORE: Final = _AFTER.replace("@", "").replace("$", "")
"""``@`` and ``$`` stand for a first letter more often than for nothing."""
_SIGNS: Final = re.compile(r"[^a-z]+")

_RUNS: Final = (
    "0123456789" * 4,
    "9876543210" * 4,
    "147258369",
    "741852963",
    "789456123",
    "123654789",
    "102030405060708090",
)
"""Ways over the digits of a keyboard."""
_FEW_LETTERS: Final = 3
_LONGEST_UNIT: Final = 4
_FEW_DIGITS: Final = 11
"""Dates, numbers of telephones and the like, when nothing stands beside them."""


def is_common(password: str) -> bool:
    """Tell whether a password, in lower case, is among those that are tried first.

    Example
    -------
    >>> [is_common(one) for one in ("michelle2019!", "p4ssw0rd-p4ssw0rd", "correct horse battery")]
    [True, True, False]
    """
    bare = password.lstrip(_BEFORE).rstrip(_AFTER)
    if password in COMMON or _is_of_digits(password):
        return True
    return any(_is_of_words(text) for text in (bare, bare.translate(_STAND_INS)))


def _is_of_digits(password: str) -> bool:
    """Whether there is nothing but digits that follow each other in some way, and a few letters at most."""
    digits = "".join(one for one in password if one in string.digits)
    beside = len(password) - len(digits)
    if not digits or beside > _FEW_LETTERS:
        return False
    repeated = any(digits in digits[:unit] * len(digits) for unit in range(1, _LONGEST_UNIT + 1))
    few = beside == 0 and len(digits) <= _FEW_DIGITS
    return few or repeated or digits == digits[::-1] or any(digits in run for run in _RUNS)


def _is_of_words(text: str) -> bool:
    words = {word for part in _SIGNS.split(text) if part for word in _words_of(part)}
    return 0 < len(words) <= MOST_WORDS and words <= _FIRST


def _words_of(part: str) -> tuple[str, ...]:
    """Return the word that ``part`` is, once or repeated, or the two that it is put together of; else all of it."""
    for place in range(1, min(len(part), _LONGEST) + 1):
        word, rest = part[:place], part[place:]
        if word in _FIRST and part == word * (len(part) // place):
            return (word,)
        if word in _FIRST and rest in _FIRST:
            return word, rest
    return (part,)
