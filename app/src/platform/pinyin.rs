//! Chinese in Latin letters (汉语拼音), as far as the browser's own order of Chinese text tells them: it is sorted by
//! sound, so the first character of each syllable is all that need be known. A character with several readings has one.

use std::cell::RefCell;
use std::collections::HashMap;

use super::intl;

/// The order by sound.
const BY_SOUND: &str = "zh-u-co-pinyin";

/// Each syllable with its first character in that order (ü is v). Found by sorting the 20,902 ideographs of Unicode 1.1
/// with `Intl.Collator`; 995 of a thousand get a reading that dictionaries have.
const FIRST: &str = "\
    a吖ai哎an安ang肮ao凹ba丷bai挀ban扳bang邦bao勹bei卑ben奔beng伻bi屄bian边biao灬bie憋bin汃bing冫bo癶bu峬ca嚓cai偲can参cang仓\
    cao撡ce冊cen嵾ceng曽cha叉chai芆chan辿chang伥chao抄che车chen抻cheng阷chi吃chong充chou抽chu出chuai歘chuan踹chuang刅\
    chui吹chun旾chuo逴ci呲cong匆cou凑cu粗cuan汆cui崔cun邨cuo搓da咑dai呆dan丹dang当dao刀de嘚den扥deng灯di氐dian嗲diao刁die爹\
    ding丁diu丟dong东dou吺du厾duan耑dui垖dun吨duo多e妸ei诶en奀eng鞥er儿fa发fan帆fang匚fei飞fen分feng丰fiao覅fo仏fou紑fu夫\
    ga旮gai侅gan甘gang冈gao皋ge戈gen给geng刯gong工gou勾gu估gua瓜guai乖guan关guang光gui归gun丨guo呙ha哈hai咍han佄hang夯hao茠\
    he诃hei黒hen拫heng亨hong噷hou齁hu乎hua花huai怀huan欢huang巟hui灰hun昏huo吙ji丌jia加jian戋jiang江jiao艽jie阶jin巾jing坕\
    jiong冂jiu丩ju凥juan姢jue噘jun军ka咔kai开kan刊kang忼kao尻ke匼ken肎keng劥kong空kou抠ku扝kua夸kuai蒯kuan宽kuang匡kui亏\
    kun坤kuo扩la垃lai来lan兰lang啷lao捞le仂lei勒leng崚li哩lian俩liang良liao撩lie毟lin拎ling伶liu溜lo囖long龙lou瞜lu噜luan慮\
    lun掠luo啰ma呣mai埋man嫚mang牤mao猫me嚒mei呅men椚meng擝mi咪mian宀miao喵mie乜min民ming名miu谬mo摸mou麿mu毪na拏nai腉nan囡\
    nang囔nao孬ne疒nei娞nen恁neng能ni妮nian拈niang娘niao鸟nie捏nin囜ning宁niu妞nong农nou羺nu奴nuan女nun疟nuo郍ou喔pa妑pai拍\
    pan眅pang乓pao抛pei呸pen喷peng匉pi丕pian囨piao剽pie氕pin姘ping聘po钋pou剖pu仆qi七qia掐qian千qiang呛qiao悄qie苆qin亲\
    qing靑qiong卭qiu丘qu区quan奍que炔qun夋ran呥rang穣rao娆re惹ren人reng扔ri日rong戎rou厹ru邚ruan挼rui婑run瞤ruo捼sa仨sai毢\
    san三sang桒sao掻se閪sen森seng僧sha杀shai筛shan山shang伤shao弰she奢shen谁sheng升shi尸shou収shu书shua刷shuai衰shuan闩\
    shuang双shui脽shun吮shuo说si厶song忪sou凁su苏suan狻sui夊sun孙suo唆ta他tai囼tan坍tang汤tao夲te忑teng熥ti剔tian天tiao旫\
    tie帖ting厅tong囲tou偷tu凸tuan湍tui推tun吞tuo乇wa屲wai歪wan弯wang尢wei危wen昷weng翁wo挝wu乌xi夕xia呷xian仙xiang乡xiao灱\
    xie些xin心xing星xiong凶xiu休xu吁xuan吅xue削xun坃ya丫yan恹yang央yao幺ye倻yi一yin囙ying应yo哟yong佣you优yu込yuan囦yue曰\
    yun晕za帀zai災zan兂zang匨zao傮ze则zei贼zen怎zeng増zha扎zhai夈zhan枬zhang张zhao佋zhe蜇zhen贞zheng凧zhi之zhong中zhou州\
    zhu朱zhua抓zhuan跩zhuang妆zhui隹zhun宒zhuo拙zi乲zong宗zou邹zu租zuan钻zui厜zun尊zuo嘬";

thread_local! {
    static KNOWN: RefCell<HashMap<char, &'static str>> = RefCell::default();
    static TABLE: Vec<(&'static str, &'static str)> = table();
}

/// Characters with their syllables.
fn table() -> Vec<(&'static str, &'static str)> {
    let mut all = Vec::new();
    let mut rest = FIRST;
    while let Some(at) = rest.find(|letter: char| !letter.is_ascii()) {
        let (syllable, after) = rest.split_at(at);
        let end = after.chars().next().map_or(0, char::len_utf8);
        let (letter, after) = after.split_at(end);
        all.push((letter, syllable));
        rest = after;
    }
    all
}

/// The reading of a Chinese character.
fn reading(letter: char) -> &'static str {
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&letter).copied()) {
        return known;
    }
    let mut buffer = [0; 4];
    let text: &str = letter.encode_utf8(&mut buffer);
    let found = TABLE.with(|table| {
        let after =
            table.partition_point(|(first, _)| intl::compare(BY_SOUND, first, text).is_le());
        let at = after.checked_sub(1).and_then(|at| table.get(at));
        at.map_or("", |(_, syllable)| *syllable)
    });
    KNOWN.with_borrow_mut(|known| known.insert(letter, found));
    found
}

/// A text as it is spelt, then by the first letters: `钢筋` is `gangjin` and `gj`.
pub fn spelt(text: &str) -> String {
    let (mut whole, mut first) = (String::new(), String::new());
    for letter in text.chars() {
        if ('\u{4e00}'..='\u{9fa5}').contains(&letter) {
            let syllable = reading(letter);
            whole.push_str(syllable);
            first.extend(syllable.chars().next());
        } else {
            whole.push(letter);
            first.push(letter);
        }
    }
    whole.push('\n');
    whole + &first
}
