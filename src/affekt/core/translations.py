"""Names of emotions in other languages: a row a label, a column a language (ISO 639-3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from affekt.core.errors import LabelError
from affekt.core.labels import Label, LabelSpace

# Many languages to the right have the commonest labels alone; Makhuwa (vmw) has none that could be vouched for.
_TABLE: Final = """\
label|deu|esp|fra|ita|por|nld|swe|fin|pol|rus|ukr|ron|tur|ara|hin|chn|ind|afr|amh|hau|ibo|jav|kin|mar|orm|pcm|som|sun|swa|tat|tir|xho|yor|zul
admiration|Bewunderung|admiración|admiration|ammirazione|admiração|bewondering|beundran|ihailu|podziw|восхищение|захоплення|admirație|hayranlık|إعجاب|प्रशंसा|钦佩|kekaguman|bewondering||||||प्रशंसा|||||kuvutiwa|||||
affection|Zuneigung|cariño|affection|affetto|afeto|genegenheid|tillgivenhet|kiintymys|czułość|привязанность|прихильність|afecțiune|sevecenlik|مودة|स्नेह|喜爱|kasih sayang|toegeneentheid||||||स्नेह|||||mapenzi|||||
amusement|Belustigung|diversión|amusement|divertimento|divertimento|vermaak|munterhet|huvittuneisuus|rozbawienie|веселье|веселощі|amuzament|eğlence|تسلية|मनोरंजन|好笑|geli|vermaak||||||गंमत|||||burudani|||||
anger|Wut|ira|colère|rabbia|raiva|boosheid|ilska|viha|złość|гнев|гнів|furie|öfke|غضب|गुस्सा|愤怒|marah|woede|ቁጣ|fushi|iwe|nesu|uburakari|राग|aarii|vex|caro|ambek|hasira|ачу|ቁጥዐ|umsindo|ìbínú|intukuthelo
annoyance|Ärger|molestia|agacement|fastidio|irritação|ergernis|irritation|ärsyyntyneisyys|irytacja|раздражение|роздратування|iritare|sinirlenme|انزعاج|चिढ़|恼火|kesal|ergernis||||||त्रास|||||kero|||||
anticipation|Erwartung|anticipación|anticipation|attesa|expectativa|verwachting|förväntan|odotus|oczekiwanie|предвкушение|очікування|anticipare|beklenti|ترقب|प्रत्याशा|期待|antisipasi|verwagting|ጉጉት|tsammani|atụmanya|pangarep-arep|gutegereza|अपेक्षा|eeggannoo|dey expect|filasho|pangharepan|matarajio|көтү|ትጽቢት|ulindelo|ìfojúsọ́nà|ukulindela
anxiety|Angstgefühl|ansiedad|anxiété|ansia|ansiedade|angst|ångest|ahdistus|lęk|тревога|тривога|anxietate|kaygı|قلق|चिंता|焦虑|cemas|angstigheid||||||चिंता|||||wahaka|||||
approval|Zustimmung|aprobación|approbation|approvazione|aprovação|goedkeuring|gillande|hyväksyntä|aprobata|одобрение|схвалення|aprobare|onay|موافقة|अनुमोदन|赞同|persetujuan|goedkeuring||||||मान्यता|||||kibali|||||
awe|Ehrfurcht|asombro|émerveillement|stupore|assombro|ontzag|vördnad|kunnioitus|zachwyt|благоговение|благоговіння|venerație|huşu|رهبة|विस्मय|敬畏|kagum|ontsag||||||विस्मय|||||kicho|||||
boredom|Langeweile|aburrimiento|ennui|noia|tédio|verveling|leda|tylsistyminen|nuda|скука|нудьга|plictiseală|can sıkıntısı|ملل|ऊब|无聊|bosan|verveling||||||कंटाळा|||||uchovu wa kukaa bure|||||
calm|Ruhe|calma|calme|calma|calma|kalmte|lugn|tyyneys|spokój|спокойствие|спокій|calm|sakinlik|هدوء|शांति|平静|tenang|kalmte||||||शांतता|||||utulivu|||||
caring|Fürsorge|cuidado|bienveillance|premura|carinho|zorgzaamheid|omsorg|välittäminen|troska|забота|турбота|grijă|ilgi|رعاية|परवाह|关心|peduli|sorgsaamheid||||||आपुलकी|||||kujali|||||
compassion|Mitgefühl|compasión|compassion|compassione|compaixão|mededogen|medkänsla|myötätunto|współczucie|сострадание|співчуття|compasiune|merhamet|شفقة|करुणा|同情|belas kasih|medelye||||||करुणा|||||huruma|||||
confidence|Selbstvertrauen|seguridad en uno mismo|confiance en soi|sicurezza di sé|autoconfiança|zelfvertrouwen|självförtroende|itsevarmuus|pewność siebie|уверенность|впевненість|încredere în sine|özgüven|ثقة بالنفس|आत्मविश्वास|自信|percaya diri|selfvertroue||||||आत्मविश्वास|||||kujiamini|||||
confusion|Verwirrung|confusión|confusion|confusione|confusão|verwarring|förvirring|hämmennys|zagubienie|растерянность|розгубленість|confuzie|kafa karışıklığı|حيرة|उलझन|困惑|bingung|verwarring||||||गोंधळ|||||kuchanganyikiwa|||||
contempt|Verachtung|desprecio|mépris|disprezzo|desprezo|minachting|förakt|halveksunta|pogarda|презрение|зневага|dispreț|küçümseme|احتقار|तिरस्कार|轻蔑|penghinaan|minagting||||||तिरस्कार|||||dharau|||||
contentment|Zufriedenheit|contento|contentement|appagamento|contentamento|tevredenheid|belåtenhet|tyytyväisyys|zadowolenie|довольство|вдоволення|mulțumire|hoşnutluk|رضا|संतोष|满足|puas|tevredenheid||||||संतोष|||||kuridhika|||||
curiosity|Neugier|curiosidad|curiosité|curiosità|curiosidade|nieuwsgierigheid|nyfikenhet|uteliaisuus|ciekawość|любопытство|цікавість|curiozitate|merak|فضول|जिज्ञासा|好奇|penasaran|nuuskierigheid||||||कुतूहल|||||udadisi|||||
desire|Verlangen|deseo|désir|desiderio|desejo|verlangen|begär|halu|pragnienie|желание|бажання|dorință|arzu|رغبة|इच्छा|渴望|keinginan|begeerte||||||इच्छा|||||tamaa|||||
despair|Verzweiflung|desesperación|désespoir|disperazione|desespero|wanhoop|förtvivlan|epätoivo|rozpacz|отчаяние|відчай|disperare|umutsuzluk|يأس|निराशा|绝望|putus asa|wanhoop||||||हताशा|||||kukata tamaa|||||
determination|Entschlossenheit|determinación|détermination|determinazione|determinação|vastberadenheid|beslutsamhet|päättäväisyys|determinacja|решимость|рішучість|hotărâre|kararlılık|عزيمة|दृढ़ संकल्प|决心|tekad|vasberadenheid||||||निर्धार|||||azma|||||
disappointment|Enttäuschung|decepción|déception|delusione|decepção|teleurstelling|besvikelse|pettymys|rozczarowanie|разочарование|розчарування|dezamăgire|hayal kırıklığı|خيبة أمل|मायूसी|失望|kecewa|teleurstelling||||||निराशा|||||kuvunjika moyo|||||
disapproval|Missbilligung|desaprobación|désapprobation|disapprovazione|desaprovação|afkeuring|ogillande|paheksunta|dezaprobata|неодобрение|несхвалення|dezaprobare|onaylamama|استنكار|अस्वीकृति|反对|ketidaksetujuan|afkeuring||||||नापसंती|||||kutokubali|||||
disgust|Ekel|asco|dégoût|disgusto|nojo|walging|avsky|inho|wstręt|отвращение|огида|dezgust|tiksinti|اشمئزاز|घृणा|厌恶|jijik|walging|ጥላቻ|kyama|asọ oyi|jijik|ishozi|किळस|jibba|e dey irritate|karaahiyo|geuleuh|chukizo|җирәнү|ፍንፋነ|ukucekiseka|ìríra|ukunengeka
distrust|Misstrauen|desconfianza|méfiance|sfiducia|desconfiança|wantrouwen|misstro|epäluottamus|nieufność|недоверие|недовіра|neîncredere|güvensizlik|انعدام الثقة|अविश्वास|不信任|ketidakpercayaan|wantroue||||||अविश्वास|||||kutoamini|||||
embarrassment|Verlegenheit|vergüenza ajena|gêne|imbarazzo|constrangimento|gêne|förlägenhet|nolostuminen|zażenowanie|смущение|збентеження|jenă|utanma|إحراج|शर्मिंदगी|尴尬|malu|verleentheid||||||संकोच|||||haya|||||
enthusiasm|Begeisterung|entusiasmo|enthousiasme|entusiasmo|entusiasmo|enthousiasme|entusiasm|innostus|entuzjazm|энтузиазм|ентузіазм|entuziasm|heves|حماس|उत्साह|热情|antusias|geesdrif||||||उत्साह|||||ari|||||
envy|Neid|envidia|envie|invidia|inveja|afgunst|avund|kateus|zawiść|зависть|заздрість|invidie|haset|حسد|ईर्ष्या|羡慕|iri|afguns||||||असूया|||||husuda|||||
excitement|Aufregung|emoción|excitation|eccitazione|empolgação|opwinding|upprymdhet|jännitys|ekscytacja|волнение|захват|entuziasmare|heyecan|إثارة|रोमांच|兴奋|gembira sekali|opwinding||||||उत्तेजना|||||msisimko|||||
fear|Angst|miedo|peur|paura|medo|vrees|rädsla|pelko|strach|страх|страх|frică|korku|خوف|डर|恐惧|takut|vrees|ፍርሃት|tsoro|ụjọ|wedi|ubwoba|भीती|sodaa|fear|cabsi|sieun|hofu|курку|ፍርሒ|uloyiko|ìbẹ̀rù|ukwesaba
frustration|Frust|frustración|frustration|frustrazione|frustração|frustratie|frustration|turhautuminen|frustracja|досада|фрустрація|frustrare|hüsran|إحباط|कुंठा|沮丧|frustrasi|frustrasie||||||वैफल्य||||||||||
gratitude|Dankbarkeit|gratitud|gratitude|gratitudine|gratidão|dankbaarheid|tacksamhet|kiitollisuus|wdzięczność|благодарность|вдячність|recunoștință|minnettarlık|امتنان|कृतज्ञता|感激|rasa syukur|dankbaarheid||||||कृतज्ञता|||||shukrani|||||
grief|Trauer|duelo|deuil|lutto|luto|rouw|sorg|suru|żałoba|скорбь|скорбота|doliu|yas|حزن شديد|शोक|悲痛|duka|rou||||||शोक|||||majonzi|||||
guilt|Schuldgefühl|culpa|culpabilité|senso di colpa|culpa|schuldgevoel|skuld|syyllisyys|poczucie winy|чувство вины|почуття провини|vinovăție|suçluluk|شعور بالذنب|अपराधबोध|内疚|rasa bersalah|skuldgevoel||||||अपराधीपणा|||||hatia|||||
hate|Hass|odio|haine|odio|ódio|haat|hat|inhoaminen|nienawiść|ненависть|ненависть|ură|nefret|كراهية|नफ़रत|仇恨|benci|haat||||||द्वेष|||||chuki|||||
hope|Hoffnung|esperanza|espoir|speranza|esperança|hoop|hopp|toivo|nadzieja|надежда|надія|speranță|umut|أمل|आशा|希望|harapan|hoop|ተስፋ|fata|olileanya|pangarep|ibyiringiro|आशा|abdii|hope|rajo|harepan|tumaini|өмет|ተስፋ|ithemba|ìrètí|ithemba
humiliation|Demütigung|humillación|humiliation|umiliazione|humilhação|vernedering|förödmjukelse|nöyryytys|upokorzenie|унижение|приниження|umilință|aşağılanma|إهانة|अपमान|羞辱|terhina|vernedering||||||मानहानी|||||fedheha|||||
hurt|Gekränktheit|dolor|blessure|ferita|mágoa|gekwetstheid|sårad|loukkaantuminen|zranienie|обида|образа|rănit sufletește|incinme|جرح المشاعر|आहत|受伤|terluka|seergemaak||||||दुखावलेपण|||||maumivu ya moyo|||||
indignation|Empörung|indignación|indignation|indignazione|indignação|verontwaardiging|indignation|närkästys|oburzenie|возмущение|обурення|indignare|kızgınlık|سخط|आक्रोश|愤慨|geram|verontwaardiging||||||संताप|||||ghadhabu|||||
jealousy|Eifersucht|celos|jalousie|gelosia|ciúme|jaloezie|svartsjuka|mustasukkaisuus|zazdrość|ревность|ревнощі|gelozie|kıskançlık|غيرة|जलन|嫉妒|cemburu|jaloesie||||||मत्सर|||||wivu|||||
joy|Freude|alegría|joie|gioia|alegria|vreugde|glädje|ilo|radość|радость|радість|bucurie|sevinç|فرح|खुशी|喜悦|gembira|vreugde|ደስታ|farin ciki|ọṅụ|bungah|ibyishimo|आनंद|gammachuu|happiness|farxad|bungah|furaha|шатлык|ሓጎስ|uvuyo|ayọ̀|injabulo
loneliness|Einsamkeit|soledad|solitude|solitudine|solidão|eenzaamheid|ensamhet|yksinäisyys|samotność|одиночество|самотність|singurătate|yalnızlık|وحدة|अकेलापन|孤独|kesepian|eensaamheid||||||एकटेपणा|||||upweke|||||
longing|Sehnsucht|anhelo|nostalgie de quelqu'un|struggimento|saudade|hunkering|längtan|kaipuu|tęsknota|тоска|туга|dor|özlem|شوق|तड़प|思念|rindu|verlange||||||ओढ|||||hamu|||||
love|Liebe|amor|amour|amore|amor|liefde|kärlek|rakkaus|miłość|любовь|любов|iubire|aşk|حب|प्यार|爱|cinta|liefde|ፍቅር|soyayya|ịhụnanya|tresna|urukundo|प्रेम|jaalala|love|jacayl|cinta|upendo|мәхәббәт|ፍቕሪ|uthando|ìfẹ́|uthando
nervousness|Nervosität|nerviosismo|nervosité|nervosismo|nervosismo|zenuwachtigheid|nervositet|hermostuneisuus|zdenerwowanie|нервозность|знервованість|nervozitate|gerginlik|توتر|घबराहट|紧张|gugup|senuweeagtigheid||||||घबराट||||||||||
nostalgia|Nostalgie|nostalgia|nostalgie|nostalgia|nostalgia|nostalgie|nostalgi|nostalgia|nostalgia|ностальгия|ностальгія|nostalgie|nostalji|حنين|पुरानी यादें|怀旧|nostalgia|nostalgie||||||गतकाळाची आठवण||||||||||
optimism|Optimismus|optimismo|optimisme|ottimismo|otimismo|optimisme|optimism|optimismi|optymizm|оптимизм|оптимізм|optimism|iyimserlik|تفاؤل|आशावाद|乐观|optimisme|optimisme||||||आशावाद|||||matumaini mema|||||
pessimism|Pessimismus|pesimismo|pessimisme|pessimismo|pessimismo|pessimisme|pessimism|pessimismi|pesymizm|пессимизм|песимізм|pesimism|kötümserlik|تشاؤم|निराशावाद|悲观|pesimisme|pessimisme||||||निराशावाद||||||||||
pity|Mitleid|lástima|pitié|pietà|pena|medelijden|medlidande|sääli|litość|жалость|жалість|milă|acıma|رثاء|तरस|怜悯|iba|jammerte||||||कीव|||||masikitiko|||||
pride|Stolz|orgullo|fierté|orgoglio|orgulho|trots|stolthet|ylpeys|duma|гордость|гордість|mândrie|gurur|فخر|गर्व|自豪|bangga|trots||||||अभिमान|||||fahari|||||
realization|Erkenntnis|darse cuenta|prise de conscience|presa di coscienza|percepção|besef|insikt|oivallus|uświadomienie|осознание|усвідомлення|conștientizare|farkına varma|إدراك|एहसास|领悟|kesadaran|besef||||||जाणीव|||||utambuzi|||||
regret|Bedauern|arrepentimiento|regret|rimpianto|arrependimento|spijt|ånger|katumus|żal|сожаление|жаль|regret|pişmanlık|ندم|पछतावा|后悔|penyesalan|spyt||||||खंत|||||majuto|||||
relief|Erleichterung|alivio|soulagement|sollievo|alívio|opluchting|lättnad|helpotus|ulga|облегчение|полегшення|ușurare|rahatlama|ارتياح|राहत|如释重负|lega|verligting||||||सुटका|||||nafuu|||||
remorse|Reue|remordimiento|remords|rimorso|remorso|berouw|samvetskval|tunnontuska|skrucha|раскаяние|каяття|remușcare|vicdan azabı|تأنيب الضمير|ग्लानि|懊悔|rasa sesal|berou||||||पश्चात्ताप||||||||||
resignation|Resignation|resignación|résignation|rassegnazione|resignação|berusting|uppgivenhet|alistuminen|rezygnacja|смирение|покора|resemnare|tevekkül|استسلام|हार मान लेना|无奈|pasrah|berusting||||||||||||||||
sadness|Traurigkeit|tristeza|tristesse|tristezza|tristeza|verdriet|sorgsenhet|surullisuus|smutek|грусть|сум|tristețe|üzüntü|حزن|उदासी|悲伤|sedih|hartseer|ሀዘን|bakin ciki|mwute|susah|agahinda|दुःख|gadda|sadness|murugo|sedih|huzuni|моңсулык|ሓዘን|usizi|ìbànújẹ́|usizi
satisfaction|Genugtuung|satisfacción|satisfaction|soddisfazione|satisfação|voldoening|tillfredsställelse|mielihyvä|satysfakcja|удовлетворение|задоволення|satisfacție|tatmin|ارتياح ورضا|संतुष्टि|满意|kepuasan|bevrediging||||||समाधान|||||uradhi|||||
shame|Scham|vergüenza|honte|vergogna|vergonha|schaamte|skam|häpeä|wstyd|стыд|сором|rușine|utanç|خجل|शर्म|羞愧|rasa malu|skaamte|ሀፍረት|kunya|ihere|isin|isoni|लाज|qaanii|shame|ceeb|éra|aibu|оят|ሕፍረት|iintloni|ìtìjú|amahloni
surprise|Überraschung|sorpresa|surprise|sorpresa|surpresa|verrassing|förvåning|yllättyneisyys|zaskoczenie|удивление|здивування|surpriză|şaşkınlık|مفاجأة|आश्चर्य|惊讶|terkejut|verrassing|መገረም|mamaki|ihe ijuanya|kaget|gutungurwa|आश्चर्य|dinqii|surprise|yaab|kaget|mshangao|гаҗәпләнү|ምግራም|ummangaliso|ìyàlẹ́nu|ukumangala
suspicion|Verdacht|sospecha|soupçon|sospetto|suspeita|argwaan|misstänksamhet|epäluulo|podejrzliwość|подозрение|підозра|suspiciune|şüphe|شك|संदेह|怀疑|curiga|agterdog||||||संशय|||||shaka|||||
sympathy|Anteilnahme|simpatía|sympathie|solidarietà|solidariedade|medeleven|sympati|osanotto|sympatia|сочувствие|співпереживання|simpatie|duygudaşlık|تعاطف|सहानुभूति|慰问|simpati|simpatie||||||सहानुभूती||||||||||
tenderness|Zärtlichkeit|ternura|tendresse|tenerezza|ternura|tederheid|ömhet|hellyys|tkliwość|нежность|ніжність|tandrețe|şefkat|حنان|कोमलता|温柔|kelembutan|teerheid||||||कोमलता|||||upole|||||
tiredness|Müdigkeit|cansancio|fatigue|stanchezza|cansaço|vermoeidheid|trötthet|väsymys|zmęczenie|усталость|втома|oboseală|yorgunluk|تعب|थकान|疲惫|lelah|moegheid||||||थकवा|||||uchovu|||||
trust|Vertrauen|confianza|confiance|fiducia|confiança|vertrouwen|tillit|luottamus|zaufanie|доверие|довіра|încredere|güven|ثقة|भरोसा|信任|kepercayaan|vertroue|እምነት|amana|ntụkwasị obi|kapercayan|icyizere|विश्वास|amantaa|trust|kalsooni|kapercayaan|imani|ышаныч|እምነት|ukuthemba|ìgbẹ́kẹ̀lé|ukwethemba
worry|Sorge|preocupación|inquiétude|preoccupazione|preocupação|bezorgdheid|oro|huoli|zmartwienie|беспокойство|занепокоєння|îngrijorare|endişe|هم|फ़िक्र|担心|khawatir|bekommernis||||||काळजी|||||wasiwasi|||||
neutral|neutral|neutral|neutre|neutro|neutro|neutraal|neutral|neutraali|neutralny|нейтрально|нейтрально|neutru|nötr|محايد|तटस्थ|中性|netral|neutraal|ገለልተኛ|tsaka-tsaki|nnọpụiche|netral|hagati|तटस्थ|giddugaleessa|neutral|dhexdhexaad|nétral|wastani|битараф|ገለልተኛ|phakathi|àárín|phakathi nendawo
positive|positiv|positivo|positif|positivo|positivo|positief|positiv|myönteinen|pozytywny|позитивно|позитивно|pozitiv|olumlu|إيجابي|सकारात्मक|积极|positif|positief||||||सकारात्मक|||||chanya|||||
negative|negativ|negativo|négatif|negativo|negativo|negatief|negativ|kielteinen|negatywny|негативно|негативно|negativ|olumsuz|سلبي|नकारात्मक|消极|negatif|negatief||||||नकारात्मक|||||hasi|||||
"""

_ENGLISH_CREOLES: Final = ("pcm",)  # their names of emotions are English words
_ENGLISH_TOO: Final = ("ennui", "fatigue", "irritation", "solitude")


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """English name → language → name; a language lacks the names that nobody has given it."""
    header, *rows = (line.split("|") for line in _TABLE.splitlines())
    languages = header[1:]
    return {
        row[0]: {language: name for language, name in zip(languages, row[1:], strict=True) if name}
        for row in rows
    }


def label_languages() -> tuple[str, ...]:
    """Languages that labels have names in, ISO 639-3, English left out."""
    return tuple(dict.fromkeys(language for names in _names().values() for language in names))


def translated(label: str, languages: Collection[str] = ()) -> tuple[str, ...]:
    """What a label is called in other languages.

    Args:
        label: its English name, in any case.
        languages: ISO 639-3 codes; all that are known if empty.

    Returns:
        Different names, none of them for a label that is not known.

    Raises:
        LabelError: if no label has a name in a language.
    """
    known = label_languages()
    if unknown := [language for language in languages if language not in known]:
        raise LabelError(f"labels have no names in language {unknown[0]!r}: use some of {', '.join(known)}")
    names = _names().get(label.casefold(), {})
    wanted = [name for language, name in names.items() if not languages or language in languages]
    return tuple(dict.fromkeys(wanted))


def english_label(name: str) -> str | None:
    """The label that is called so in another language.

    Args:
        name: in any case, such as `alegría`.

    Returns:
        Its English name; that of the larger language where several know the word (`Angst`). None for a name that is an
        English word, or that is not known.
    """
    return _english().get(name.casefold())


@cache
def _english() -> Mapping[str, str]:
    """Name in another language → English name."""
    kept = (*_names(), *_ENGLISH_TOO)
    found: dict[str, str] = {}
    for language in label_languages():
        for label, names in _names().items():
            name = names.get(language, "").casefold()
            if name and name not in kept and language not in _ENGLISH_CREOLES:
                found.setdefault(name, label)
    return found


def with_translations(space: LabelSpace, languages: Collection[str]) -> LabelSpace:
    """A space whose labels have their names in other languages as further paraphrases.

    Args:
        space: any; labels that are not known stay as they are.
        languages: ISO 639-3 codes; none adds nothing.

    Returns:
        the space.

    Raises:
        LabelError: if no label has a name in a language.
    """
    if not languages:
        return space
    return replace(space, labels=tuple(_extended(label, languages) for label in space.labels))


def _extended(label: Label, languages: Collection[str]) -> Label:
    known = {form.casefold() for form in label.forms}
    new = [name for name in translated(label.name, languages) if name.casefold() not in known]
    return replace(label, paraphrases=(*label.paraphrases, *new))
