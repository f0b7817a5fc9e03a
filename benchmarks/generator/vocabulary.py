"""Words of complaints, two of them rare on purpose, and names of people."""

from itertools import accumulate

from complaints.text import fold

# One complaint in a hundred, one in ten thousand; in no category's key words.
IN_1_PERCENT = "peacock"
IN_100_PPM = "gazebo"
TWO_LETTERS = "नल"

_ENGLISH = """
road water the near is not since days please in our lane and from street light no we
have been told office many times nobody came school children fall night dark garbage
dirty smell drain overflow broken pipe leak pressure low morning evening power cut
transformer sparks wire hanging pole old house gate temple market shop front footpath
dug repair again same problem complaint number given officer said tomorrow rain
monsoon mud stagnant mosquitoes fever dog bites cattle park bench swing encroachment
hawker parking noise loudspeaker tree branch fallen signal crossing accident risk
senior citizen hospital ambulance cannot pass meter reading bill wrong high voltage
fan fridge damaged supply phase society tanker paid tax receipt toilet public locked
manhole cover loose stones dust construction debris truck blocked bridge underpass
urgent kindly look into matter week month yesterday today week back colony sector
""".split()
_HINDI = """
पानी सड़क बिजली नहीं आ रहा है कई दिनों से हमारे गली में कचरा नाली गंदा बदबू टूटा हुआ
पाइप लीक कम सुबह शाम अंधेरा बत्ती खंभा तार लटक रहा ट्रांसफार्मर जल गया शिकायत कोई
सुनता कृपया जल्दी ठीक करें मोहल्ला बच्चे गिर जाते गड्ढा बारिश मच्छर बुखार कुत्ते नल
गाय मीटर बिल ज्यादा ग़लत अधिकारी कल आएंगे बोले अभी तक हिन्दी स्कूल के पास मंदिर
बाजार दुकान सामने फुटपाथ खुदाई पेड़ गिरा रास्ता बंद एम्बुलेंस बुज़ुर्ग परेशान हैं
""".split()
_PLACES = (
    "Near the temple", "Opposite the school", "Behind the market", "Main road",
    "By the water tank", "Next to the bus stop", "Lane 4", "Sector 7", "Old bridge",
    "मंदिर के पास", "स्कूल के सामने", "बाजार के पीछे",
)  # fmt: skip
_FIRST = (
    ("Sunita", "सुनीता"), ("Ramesh", "रमेश"), ("Anjali", "अंजलि"), ("Imran", "इमरान"),
    ("Kavita", "कविता"), ("Suresh", "सुरेश"), ("Fatima", "फ़ातिमा"), ("Prakash", "प्रकाश"),
    ("Lata", "लता"), ("Vijay", "विजय"), ("Rekha", "रेखा"), ("Mohan", "मोहन"),
    ("Shabana", "शबाना"), ("Ganesh", "गणेश"), ("Pooja", "पूजा"), ("Arun", "अरुण"),
    ("Nirmala", "निर्मला"), ("Dinesh", "दिनेश"), ("Usha", "उषा"), ("Rahul", "राहुल"),
    ("Mary", "मैरी"), ("Harish", "हरीश"), ("Geeta", "गीता"), ("Salim", "सलीम"),
    ("Vandana", "वंदना"), ("Kiran", "किरण"), ("Asha", "आशा"), ("Deepak", "दीपक"),
    ("Meena", "मीना"), ("Sanjay", "संजय"), ("Radha", "राधा"), ("Joseph", "जोसेफ़"),
)  # fmt: skip
_LAST = (
    ("Joshi", "जोशी"), ("Kulkarni", "कुलकर्णी"), ("Sharma", "शर्मा"), ("Khan", "ख़ान"),
    ("Patil", "पाटील"), ("Verma", "वर्मा"), ("Deshmukh", "देशमुख"), ("Singh", "सिंह"),
    ("Yadav", "यादव"), ("Shaikh", "शेख़"), ("Gaikwad", "गायकवाड"), ("Mishra", "मिश्रा"),
    ("Pawar", "पवार"), ("Gupta", "गुप्ता"), ("More", "मोरे"), ("Tiwari", "तिवारी"),
    ("Bhosale", "भोसले"), ("Ansari", "अंसारी"), ("Jadhav", "जाधव"), ("Dubey", "दुबे"),
    ("Phadke", "फडके"), ("Srivastava", "श्रीवास्तव"), ("Chavan", "चव्हाण"),
    ("Fernandes", "फ़र्नांडिस"), ("Tripathi", "त्रिपाठी"), ("Gokhale", "गोखले"),
    ("Maurya", "मौर्य"), ("Apte", "आपटे"), ("Rizvi", "रिज़वी"), ("Nair", "नायर"),
    ("Shinde", "शिंदे"), ("Pandey", "पांडेय"),
)  # fmt: skip

# A word as it is typed, and as it is searched: folding a text word by word and once
# for all is what makes a million of them a matter of minutes.
Word = tuple[str, str]


def folded(words: list[str]) -> list[Word]:
    return [(word, fold(word)) for word in words]


def skewed(count: int) -> list[float]:
    """Cumulative weights: the second half as often as the first, and so on."""
    return list(accumulate(1 / (rank + 3) for rank in range(count)))


ENGLISH, HINDI = folded(_ENGLISH), folded(_HINDI)
PLACES = folded(list(_PLACES))
NAMES = [
    folded([f"{first[script]} {last[script]}"])[0]
    for script in (0, 1)
    for first in _FIRST
    for last in _LAST
]
ENGLISH_WEIGHTS, HINDI_WEIGHTS = skewed(len(ENGLISH)), skewed(len(HINDI))
