using System.Buffers.Text;

using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>A line of text that is put together without allocation. What does not fit is cut.</summary>
internal ref struct LineBuffer(Span<byte> room)
{
    private readonly Span<byte> room = room;
    private int length;

    public readonly ReadOnlySpan<byte> Text => room[..length];

    public void Add(ReadOnlySpan<byte> text)
    {
        var part = text[..Math.Min(text.Length, room.Length - length)];
        part.CopyTo(room[length..]);
        length += part.Length;
    }

    public void Add(long number)
    {
        if (Utf8Formatter.TryFormat(number, room[length..], out var written))
        {
            length += written;
        }
    }

    /// <summary>Nanoseconds as seconds with three digits.</summary>
    public void AddSeconds(long nanoseconds)
    {
        var milliseconds = nanoseconds / KernelClock.Millisecond;
        Add(milliseconds / 1000);
        Add("."u8);
        Add(milliseconds % 1000 / 100);
        Add(milliseconds % 100 / 10);
        Add(milliseconds % 10);
    }

    /// <summary>Somebody else's words: whatever is not a plain character could forge a line.</summary>
    public void AddForeign(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text)
        {
            if (length == room.Length)
            {
                return;
            }

            room[length++] = letter is >= 0x20 and < 0x7F ? letter : (byte)'?';
        }
    }
}
