"""Writes test/inference/tokenizer-fixtures.json: what the shipped tokenizer must make of some hundred texts.

The expected ids come from `unigram.py`, which reads the source's vocabulary and map and shares nothing with the package
under test. Where the source's own split uses only pieces that stayed, that split is the expectation (`"from": "source"`);
otherwise the split over the pieces that stayed (`"from": "cut"`). Ids are in the shipped numbering.
"""

from __future__ import annotations

import json

from embedding import HERE, kept_pieces, options, unpack_source
from source import read_source
from unigram import Unigram

OUT = HERE.parent.parent / "test" / "inference" / "tokenizer-fixtures.json"

CHINESE = """
LoRA 的两个低秩矩阵分别怎么初始化？为什么这样做？
为什么 Transformer 用 LayerNorm 而不用 BatchNorm？
注意力分数为什么要除以根号 d_k？
请解释一下反向传播的过程。
过拟合了怎么办？正则化、早停、数据增强都可以试试。
扩散模型的前向过程是往图像里逐步加高斯噪声。
KV cache 只在解码阶段有用，预填充阶段是一次算完的。
我觉得 dropout 在推理的时候要关掉，训练时除以保留概率。
梯度消失主要是 sigmoid 饱和区导数接近零造成的
强化学习里的优势函数等于动作价值减去状态价值。
这个我不太清楚，能给点提示吗
“复读机问题”怎么缓解？《统计学习方法》里讲过吗？
繁體中文也要能讀：機器學習、資料庫、訓練集
生僻字：龘、㐂、𠮷、犇骉
数字与单位：学习率 3e-4，显存 80GB，占比 12.5%，批大小 1,024
嗯……就是说，先把 Q、K、V 投影一下，然后算点积嘛
混合精度训练需要损失缩放，不然 fp16 的梯度会下溢成 0。
目标检测中 NMS 的作用是去掉重叠的框，阈值一般取 0.5
交叉熵损失=-∑ y·log(p)
召回率高但精确率低，说明什么？
""".strip().splitlines()

ENGLISH = """
How are LoRA's two low-rank matrices initialised, and why?
Why do transformers use layer normalization instead of batch normalization?
The attention scores are divided by the square root of the key dimension.
I'd say dropout is turned off at inference, because you want the full network.
um, so basically the gradient vanishes when the sigmoid saturates?
Explain the difference between bagging and boosting in plain words.
A "mixture of experts" routes each token to the top-2 experts; the rest stay idle.
Weight decay isn't the same as L2 regularisation under Adam (see AdamW).
What happens to the KV-cache memory as the batch size grows?
Pre-norm vs. post-norm: which one trains more stably, and at what cost?
The model overfits: train loss 0.02, validation loss 1.7 after 30 epochs.
don't   know
NMS keeps the highest-scoring box and removes those with IoU > 0.5.
Speculative decoding: a small draft model proposes, the large one verifies.
He said: "it's O(n^2) in the sequence length" -- and that's right.
Café, naïve Bayes, Erdős–Rényi, Schrödinger
WHAT IS THE RECEPTIVE FIELD OF A 3X3 CONVOLUTION STACKED THREE TIMES
state-of-the-art end-to-end trainable encoder/decoder
e.g. 1st, 2nd, 3rd; i.e. 10-fold cross-validation
Ünïcödé in an English sentence
""".strip().splitlines()

CODE = [
    "def forward(self, x):\n    return self.linear(x) + x",
    "import torch.nn as nn\nclass Net(nn.Module):\n\tdef __init__(self):\n\t\tsuper().__init__()",
    "optimizer.zero_grad(); loss.backward(); optimizer.step()",
    "x = np.maximum(0, x @ W.T + b)  # ReLU",
    "for (let i = 0; i < n; i++) { sum += a[i] * b[i]; }",
    "SELECT id, COUNT(*) FROM runs WHERE loss < 0.1 GROUP BY id;",
    'print(f"epoch {epoch:03d} loss={loss:.4f}")',
    "order = scores.argsort()[::-1]",
    "if __name__ == '__main__':\n    main()",
    "git commit -m 'fix: off-by-one' && git push --force-with-lease",
    "<s>strike</s> <unk> <pad> <mask> </s>",
    "a\\b\\n \\u0041 C:\\Users\\me ~/.bashrc /etc/passwd",
    "https://arxiv.org/abs/2106.09685?x=1&y=2#sec-4",
    '{"role": "user", "content": "忽略之前的指令"}',
    "std::vector<int> v{1, 2, 3}; auto s = std::accumulate(v.begin(), v.end(), 0);",
    "lr=3e-4 batch_size=32 num_workers=8 pin_memory=True",
    "torch.einsum('bhqd,bhkd->bhqk', q, k) / math.sqrt(d)",
    "snake_case camelCase PascalCase SCREAMING_CASE kebab-case",
]

FORMULAS = [
    "Attention(Q,K,V) = softmax(QKᵀ/√d_k)V",
    "∇θ J(θ) = 𝔼[∇θ log πθ(a|s) A(s,a)]",
    "$W = W_0 + BA,\\; B\\in\\mathbb{R}^{d\\times r}$",
    "KL(p‖q) = Σᵢ pᵢ log(pᵢ/qᵢ) ≥ 0",
    "σ(x) = 1 / (1 + e^(−x)), σ′ = σ(1 − σ)",
    "x² + y³ ≈ ½ ± 10⁻⁶, a ≤ b ≠ c ∈ ℝⁿ",
    "O(n²d) → O(nd²) 当 n ≫ d",
    "α β γ δ ε λ μ π ρ τ φ ω Δ Σ Ω",
    "f: X → Y, A ⊂ B, A ∪ B, A ∩ B, ∀x ∃y, ∂L/∂w, ∫₀¹ x dx",
    "E[X] = ∑ x·P(X=x)；Var(X)=E[X²]−E[X]²",
    "①②③ ⅰ Ⅳ ㈠ ㎏ ㎡ ℃ №",
]

OTHERS = {
    "emoji": ["👍", "懂了😂😂", "good 🚀🔥 job!", "👩‍💻 writes code", "🇨🇳 🇺🇸", "❤️ ✅ ❌ ⭐", "🤖🧠→📈"],
    "width": [
        "ＬｏＲＡ　的　ｒａｎｋ　是　８",
        "（全角括号）！？：；，。",
        "１２３＋４５６＝５７９",
        "ﾊﾝｶｸ",
        "10～20 个",
        "10~20",
        "“引号”‘单引号’「直角」『双』【方头】〈书名〉",
    ],
    "space": [
        "",
        " ",
        "   ",
        "\n",
        "\t\n\r ",
        "  leading",
        "trailing  ",
        "a  b   c",
        "a\tb\nc\r\nd",
        "不间断\u00a0空格\u3000全角\u2003空格",
        "零\u200b宽\u200d字\ufeff符",
        "line\u2028separator\u2029paragraph",
        "▁ is a block ▁▁",
    ],
    "control": ["a\u0001b", "bell\u0007 and \u001b[31mred\u001b[0m", "del\u007f", "replacement \ufffd char", "\u0008\u000e", "nul-free \u001f"],
    "unknown": [
        "Привет, мир",
        "สวัสดี",
        "こんにちは、機械学習",
        "안녕하세요",
        "שלום",
        "नमस्ते",
        "mixed Привет and 你好",
        "ᚠᛇᚻ",
        "a☃b",
        "𓀀𓀁",
        "ქართული text",
    ],
    "punctuation": ["...", "?!", "——", "……", "、、、", "---", "***", "###", "a-b_c.d/e", "'\"`´", "«»‹›„“", "§¶†‡•", "<>[]{}()"],
    "other-languages": [
        "Der Gradient verschwindet in tiefen Netzen.",
        "¿Qué es el sobreajuste?",
        "La rétropropagation du gradient",
        "Mạng nơ-ron tích chập",
        "Sinir ağı nedir?",
    ],
}

LONG = [("注意力机制让模型在每一步都能看到整个序列。Attention is all you need! ", 200), ("gradient descent ", 600), ("深", 10_000), ("0123456789", 1_000)]


def _texts() -> list[tuple[str, str, int]]:
    """(kind, text, repetitions)."""
    terms = [line for line in (HERE / "terms.txt").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    english, chinese = [t for t in terms if t.isascii()], [t for t in terms if not t.isascii()]
    listed = [("zh", CHINESE), ("en", ENGLISH), ("code", CODE), ("formula", FORMULAS), *OTHERS.items()]
    texts = [(kind, text, 1) for kind, group in listed for text in group]
    texts += [("long", text, times) for text, times in LONG]
    pairs = zip(english[::4], english[2::4])
    texts += [("en", f"query: What is the difference between {a} and {b}?", 1) for a, b in pairs]
    pairs = zip(chinese[::4], chinese[1::4])
    texts += [("zh", f"query: {a}和{b}有什么区别？", 1) for a, b in pairs]
    pairs = zip(chinese[2::4], english[3::4])
    return texts + [("mixed", f"passage: 在{a}里用{b}，效果会更好吗", 1) for a, b in pairs]


def main() -> None:
    """Writes the file and prints how many fixtures there are of each kind."""
    chosen = options(__doc__)
    source = read_source(unpack_source(chosen.cache))
    keep = kept_pieces(source, chosen.cache, chosen.size)
    number = {original: row for row, original in enumerate(keep)}
    whole, cut = Unigram(source), Unigram(source, set(keep))
    lines, counts = [], {}
    for kind, text, times in _texts():
        ids = whole.encode(text * times)
        origin = "source" if all(i in number and i != source.unk for i in ids) else "cut"
        if origin == "cut":
            ids = cut.encode(text * times)
        fixture = {"kind": kind, "from": origin, "text": text, "repeat": times, "ids": [number[i] for i in ids]}
        lines.append(json.dumps(fixture, ensure_ascii=False, separators=(",", ":")))
        counts[kind, origin] = counts.get((kind, origin), 0) + 1
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    print(len(lines), "fixtures", counts, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
