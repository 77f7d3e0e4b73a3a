using System.Net.Sockets;

namespace NodeAgent.Linux.Systemd;

/// <summary>
/// systemd's journal in its native protocol. Sending never waits: an agent that stands still because nobody takes its log lines would lose its
/// lease for them. What is not taken is counted.
/// </summary>
public sealed class JournalSocket : IDisposable
{
    /// <summary>Where journald listens.</summary>
    public const string Path = "/run/systemd/journal/socket";

    private readonly UnixDomainSocketEndPoint target;
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private long lost;

    /// <summary>One that sends to a socket.</summary>
    public JournalSocket(string path = Path) => target = new UnixDomainSocketEndPoint(path);

    /// <summary>
    /// True if what this process writes as errors goes to the journal, and so should its entries (JOURNAL_STREAM, systemd.exec(5)). A child that
    /// was given the variable and another output writes to that one.
    /// </summary>
    /// <param name="stream">The value of JOURNAL_STREAM: device and inode.</param>
    /// <param name="output">What descriptor 2 leads to, as /proc names it: "socket:[INODE]".</param>
    public static bool IsOurs(string? stream, string? output) =>
        stream?.Split(':') is [_, { Length: > 0 } inode] && output == $"socket:[{inode}]" && File.Exists(Path);

    /// <summary>The same of this process.</summary>
    public static bool IsOurs() => IsOurs(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), new FileInfo("/proc/self/fd/2").LinkTarget);

    /// <summary>Sends an entry; false: nobody took it.</summary>
    public bool Send(JournalEntry entry)
    {
        try
        {
            _ = socket.SendTo(entry.ToBytes(), target);
            return true;
        }
        catch (SocketException)
        {
            _ = Interlocked.Increment(ref lost);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>How many were not taken since this was asked last.</summary>
    public long TakeLost() => Interlocked.Exchange(ref lost, 0);

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
