using System.Text;

namespace NodeAgent.Linux.Commands;

/// <summary>Cuts bytes into lines. What a line has beyond the limit is dropped.</summary>
internal sealed class LineBuffer(int limit)
{
    private readonly byte[] bytes = new byte[limit + 1];
    private int start;
    private int end;
    private bool isDropping;

    /// <summary>Where to read to; never empty if <see cref="Take"/> gave nothing before.</summary>
    public Memory<byte> Free()
    {
        if (start > 0)
        {
            bytes.AsSpan(start, end - start).CopyTo(bytes);
            (start, end) = (0, end - start);
        }

        return bytes.AsMemory(end);
    }

    /// <summary>Keeps what was read to <see cref="Free"/>.</summary>
    public void Keep(int count) => end += count;

    /// <summary>The next line without its end; null if none is complete.</summary>
    public string? Take()
    {
        while (true)
        {
            var pending = bytes.AsSpan(start, end - start);
            var length = pending.IndexOf((byte)'\n');
            if (length >= 0)
            {
                start += length + 1;
                if (!isDropping)
                {
                    return Encoding.UTF8.GetString(pending[..length]);
                }

                isDropping = false;
                continue;
            }

            if (isDropping)
            {
                start = end;
                return null;
            }

            if (pending.Length <= limit)
            {
                return null;
            }

            isDropping = true;
            start = end;
            return Encoding.UTF8.GetString(pending[..limit]);
        }
    }

    /// <summary>A last line that had no end; null if there is none.</summary>
    public string? TakeRest()
    {
        var rest = isDropping ? [] : bytes.AsSpan(start, end - start);
        start = end;
        return rest.Length == 0 ? null : Encoding.UTF8.GetString(rest);
    }
}
