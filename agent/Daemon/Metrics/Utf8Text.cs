using System.Buffers;
using System.Globalization;
using System.Text;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Appends UTF-8 to a growing buffer.</summary>
internal sealed class Utf8Text(int capacity)
{
    private static readonly SearchValues<char> HelpEscapes = SearchValues.Create("\\\n");
    private static readonly SearchValues<char> ValueEscapes = SearchValues.Create("\\\n\"");
    private readonly ArrayBufferWriter<byte> buffer = new(capacity);

    /// <summary>All bytes so far, as a copy that later writes do not touch.</summary>
    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    public Utf8Text Ascii(ReadOnlySpan<byte> text)
    {
        buffer.Write(text);
        return this;
    }

    public Utf8Text Raw(ReadOnlySpan<char> text)
    {
        Encoding.UTF8.GetBytes(text, buffer);
        return this;
    }

    /// <summary>A label value: backslash, newline and quote escaped.</summary>
    public Utf8Text LabelValue(string value) => Escaped(value, ValueEscapes);

    /// <summary>A help text. Only OpenMetrics escapes quotes there.</summary>
    public Utf8Text Help(string text, ExpositionFormat format) =>
        Escaped(text, format == ExpositionFormat.OpenMetrics ? ValueEscapes : HelpEscapes);

    /// <summary>A sample value: shortest form that reads back to the same double.</summary>
    public Utf8Text Number(double value)
    {
        if (double.IsNaN(value))
        {
            return Ascii("NaN"u8);
        }

        if (double.IsInfinity(value))
        {
            return Ascii(value > 0 ? "+Inf"u8 : "-Inf"u8);
        }

        Span<byte> digits = stackalloc byte[32];
        value.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture);
        if (digits[..length].IndexOf((byte)'E') is >= 0 and var exponent)
        {
            digits[exponent] = (byte)'e';
        }

        return Ascii(digits[..length]);
    }

    /// <summary>A bucket bound: like a number, but whole ones keep ".0" so that both formats name the same series.</summary>
    public Utf8Text Bound(double value)
    {
        Number(value);
        return double.IsInteger(value) && Math.Abs(value) < 1e15 ? Ascii(".0"u8) : this;
    }

    public Utf8Text Count(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        return Ascii(digits[..length]);
    }

    private Utf8Text Escaped(ReadOnlySpan<char> text, SearchValues<char> escapes)
    {
        while (text.IndexOfAny(escapes) is >= 0 and var at)
        {
            Raw(text[..at]);
            Ascii(text[at] switch { '\n' => "\\n"u8, '"' => "\\\""u8, _ => "\\\\"u8 });
            text = text[(at + 1)..];
        }

        return Raw(text);
    }
}
