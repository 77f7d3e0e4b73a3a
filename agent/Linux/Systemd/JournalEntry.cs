using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace NodeAgent.Linux.Systemd;

/// <summary>One entry of systemd's journal in its native form: fields, each with a name and a value of any bytes (systemd.journal-fields(7)).</summary>
public sealed class JournalEntry
{
    /// <summary>The longest value that is kept, in characters. A datagram that is too large is refused as a whole, and says nothing.</summary>
    public const int LongestValue = 16 * 1024;

    private const int LongestName = 64;
    private const int MostFields = 24;
    private readonly ArrayBufferWriter<byte> bytes = new();
    private int fields;

    /// <summary>Adds a field. What is too long is cut, and a field too many is left out: part of an entry is better than none.</summary>
    /// <param name="name">Its name, in capitals as <see cref="Name"/> gives it.</param>
    /// <param name="value">Its value; it may have several lines.</param>
    public JournalEntry Add(string name, string value)
    {
        if (name.Length == 0 || ++fields > MostFields)
        {
            return this;
        }

        var cut = value.Length <= LongestValue ? value : value[..LongestValue] + " ... (cut)";
        var text = Encoding.UTF8.GetBytes(cut);
        bytes.Write(Encoding.ASCII.GetBytes(name));
        if (cut.Contains('\n', StringComparison.Ordinal))
        {
            // A value of several lines comes with its length, or its second line would be a field.
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
            bytes.Write("\n"u8);
            bytes.Write(length);
        }
        else
        {
            bytes.Write("="u8);
        }

        bytes.Write(text);
        bytes.Write("\n"u8);
        return this;
    }

    /// <summary>The datagram.</summary>
    public byte[] ToBytes() => bytes.WrittenSpan.ToArray();

    /// <summary>What a word of ours is called as a field: NODEAGENT_ and the word in capitals, "lostBytes" as LOST_BYTES; empty if nothing of it can be a name.</summary>
    public static string Name(string word)
    {
        var name = new StringBuilder();
        for (var i = 0; i < word.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(word[i]))
            {
                continue;
            }

            if (i > 0 && char.IsAsciiLetterUpper(word[i]) && char.IsAsciiLetterLower(word[i - 1]))
            {
                name.Append('_');
            }

            name.Append(char.ToUpperInvariant(word[i]));
        }

        return name.Length == 0 ? "" : ("NODEAGENT_" + name) is { Length: <= LongestName } whole ? whole : "";
    }
}
