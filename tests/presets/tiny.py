"""A preset of one small town, as a person would write it in a spreadsheet."""

import json
from pathlib import Path
from typing import Any

FILES = {
    "organisations.csv": (
        "code,parent,kind,name_en,name_hi,timezone,currency,country,languages,phone,"
        "danger_number,email,safety_en,safety_hi,default_hours,reopen_days,"
        "appeal_days,quiet_from,quiet_to,calendar,hashtags,words,public",
        "TOWN,,city,Small town,छोटा शहर,Asia/Kolkata,INR,IN,en;hi,1912,112,"
        "town@example.org,Keep away. Call {danger}.,दूर रहें. {danger},72,30,30,"
        "21:00,08:00,TOWN-OFFICE,#Town,Town;शहर,yes",
    ),
    "calendars.csv": (
        "code,organisation,kind,name_en,name_hi,hours,holidays_country,holidays_subdiv,"
        "holidays_years,holidays_language",
        "TOWN-OFFICE,TOWN,office_hours,Office hours,समय,mon-fri 10:00-18:00,IN,MH,2026,"
        "en_IN",
    ),
    "holidays.csv": (
        "calendar,date,name_en,name_hi,source",
        "TOWN-OFFICE,2026-11-11,Town day,शहर दिवस,own list",
    ),
    "departments.csv": (
        "code,organisation,name_en,name_hi",
        "ROAD,TOWN,Roads,सड़क",
        "CC,TOWN,Call centre,कॉल सेंटर",
    ),
    "areas.csv": (
        "code,parent,organisation,level,name_en,name_hi,kind,office,level_name_en,"
        "level_name_hi,pins,words,valid_from,basis,source,note",
        "T-ALL,,TOWN,corporation,Small town,छोटा शहर,urban,yes,,,,,2020-01-01,,,",
        "T-EAST,T-ALL,TOWN,ward_office,East,पूर्व,urban,yes,ward office,वार्ड कार्यालय,"
        "411001;411002,East;पूर्व,2020-01-01,sourced,town list,",
        "T-WEST,T-ALL,TOWN,ward_office,West - Lake,पश्चिम,urban,yes,ward office,"
        "वार्ड कार्यालय,411003,West;Lake;पश्चिम,2020-01-01,sourced,town list,",
    ),
    "categories.csv": (
        "code,organisation,group_code,group_en,group_hi,name_en,name_hi,department,"
        "criticality,horizon,words_en,words_hi,words_mr,words_hinglish,words_it,"
        "hashtags,ask_en,ask_hi,burst,safety,photo_required,confidential,reopen_days,"
        "answered_elsewhere,reading_required,code_required",
        "T01,TOWN,ROD,Roads,सड़क,Pothole,गड्ढा,ROAD,high,immediate,pothole;hole in road,"
        "गड्ढा,,gaddha,,,,,no,yes,yes,no,,no,no,yes",
    ),
    "prescribed_times.csv": (
        "category,area_kind,hours,calendar,basis,source,valid_from",
        "T01,urban,24,TOWN-OFFICE,sourced,town charter,2020-01-01",
    ),
    "emergency_words.csv": (
        "organisation,language,words,category",
        "TOWN,en,fell in the hole,T01",
    ),
    "sources.csv": ("code,name_en,name_hi", "phone,Phone,फोन", "paper,Paper,कागज़"),
    "reject_reasons.csv": ("code,name_en,name_hi", "abuse,Abuse,अभद्र"),
    "causes.csv": (
        "code,organisation,department,name_en,name_hi",
        "WEAR,TOWN,ROAD,Wear,घिसाव",
    ),
    "wrapup_codes.csv": (
        "code,name_en,name_hi,counts_as",
        "W01,New complaint,नई शिकायत,complaint",
    ),
    "staff.csv": (
        "username,first_name,last_name,language,phone,email,shift,leave",
        "east.officer,Ekta,Rao,hi,99999-00001,ekta@example.org,mon-sat 10:00-18:00,"
        "2026-12-24..2026-12-31 casual leave",
        "town.head,Hari,Rao,en,99999-00002,,always,",
    ),
    "postings.csv": (
        "username,role,organisation,area,department,valid_from,valid_to,acting_for",
        "east.officer,officer,TOWN,T-EAST,ROAD,2026-04-01,,",
        "town.head,dept_head,TOWN,T-EAST,,2026-04-01,,",
    ),
    "connections.csv": (
        "consumer_number,organisation,area,name,phone,address,kind,language",
        "N1,TOWN,T-EAST,Meera Joshi,99999-20001,1 Lake Road,domestic,hi",
        "N2,TOWN,T-WEST,Meera Joshi,99999-20001,2 Lake Road,shop,hi",
    ),
    "templates.csv": (
        "key,audience,language,channel,text",
        "registered,citizen,en,any,{org}: complaint {no} registered. See {url}",
        "registered,citizen,hi,any,{org}: शिकायत {no} दर्ज हुई. {url}",
    ),
    "articles.csv": (
        "code,organisation,area,topic,words,title_en,title_hi,body_en,body_hi",
        "A1,TOWN,,roads,road;सड़क,Roads,सड़क,First part.\\n\\nSecond part.,पहला भाग.",
    ),
}


def square(left: float, bottom: float, side: float = 0.02) -> dict[str, Any]:
    right, top = round(left + side, 6), round(bottom + side, 6)
    ring = [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(**outlines: dict[str, Any]) -> str:
    features = [
        {"type": "Feature", "properties": {"area": name}, "geometry": outline}
        for name, outline in outlines.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def write(root: Path, **changes: tuple[str, ...] | None) -> Path:
    """The folder of the preset "town"; `changes` are files, named without ".csv"."""
    folder = root / "town"
    folder.mkdir(exist_ok=True)
    for file, lines in FILES.items():
        given = changes.get(file.removesuffix(".csv"), lines)
        if given is None:
            (folder / file).unlink(missing_ok=True)
        else:
            (folder / file).write_text("\n".join(given) + "\n", encoding="utf-8")
    return folder


def edited(file: str, line: int, old: str, new: str) -> dict[str, tuple[str, ...]]:
    """One file with one cell changed; line 1 is the header."""
    lines = list(FILES[f"{file}.csv"])
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    return {file: tuple(lines)}
