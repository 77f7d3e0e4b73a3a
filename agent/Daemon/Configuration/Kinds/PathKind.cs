using System.Text;

namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>An absolute path.</summary>
internal sealed class PathKind(int maxBytes) : FieldKind
{
    /// <summary>The longest path of a Unix socket, in bytes (sockaddr_un without its end mark).</summary>
    public const int SocketBytes = 107;

    /// <summary>The longest path of a file, in bytes (PATH_MAX without its end mark).</summary>
    public const int FileBytes = 4095;

    public override string Rule => maxBytes == SocketBytes ? $"absolute path of at most {SocketBytes} bytes" : "absolute path";

    public override Parsed Parse(string text)
    {
        if (!text.StartsWith('/') || text.Any(char.IsControl))
        {
            return Parsed.No($"'{text}' is not an absolute path", "Begin it with '/'");
        }

        if (text.Split('/').Any(part => part is "." or ".."))
        {
            return Parsed.No($"'{text}' goes through '.' or '..'", "Write the path without them");
        }

        return Encoding.UTF8.GetByteCount(text) > maxBytes
            ? Parsed.No($"the path is longer than {maxBytes} bytes", "Choose a shorter one")
            : Parsed.Ok(text.TrimEnd('/') is { Length: > 0 } path ? path : "/");
    }
}
