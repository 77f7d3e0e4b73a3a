using System.Text.Json;
using System.Threading.Channels;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Daemon.Failover.Flight;

/// <summary>
/// Records into files of bounded size and number, on a task of its own: a disk that hangs loses lines, and holds nothing
/// up. Ticks that changed nothing are left out. Renewals, of which a node at rest does nothing else, are written together with
/// what comes next, or after a while: what is lost with the node then is its last seconds of rest.
/// </summary>
internal sealed class FlightRecorder(string folder, IReadOnlyList<NodeId> canFence, TimeProvider time, ILogger log) : IFlightRecorder
{
    /// <summary>A new file begins beyond this size, in bytes.</summary>
    public const long FileLimit = 8 * 1024 * 1024;

    /// <summary>How many files are kept.</summary>
    public const int MostFiles = 6;

    private const int MostWaiting = 4096;
    private static readonly TimeSpan RestEvery = TimeSpan.FromSeconds(4);
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<(FlightLine Line, NodeState After)> lines =
        Channel.CreateBounded<(FlightLine Line, NodeState After)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private NodeSettings? settings;
    private long lost;

    /// <summary>How many lines could not be kept.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <inheritdoc/>
    public void Begin(NodeSettings settings, NodeState state)
    {
        this.settings = settings;
        Add(new FlightLine(HeadOf(settings, state), time.GetUtcNow(), new Instant(0), null, []), state);
        news.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public void Take(Instant now, NodeInput input, NodeState before, NodeDecision decision)
    {
        if (decision.Effects.Count > 0 || input is not NodeInput.Ticked || !decision.Next.Equals(before))
        {
            Add(new FlightLine(null, time.GetUtcNow(), now, input, decision.Effects), decision.Next);
            if (!IsRest(input, decision))
            {
                news.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>Writes until cancelled, then what is left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        FileStream? file = null;
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                await NewsAsync(cancellation);
                file = WriteAll(file);
            }
        }
        finally
        {
            if (WriteAll(file) is { } open)
            {
                await open.DisposeAsync();
            }
        }
    }

    private static bool IsRest(NodeInput input, NodeDecision decision) => input is NodeInput.Ticked or NodeInput.Renewed
        && decision.Effects.All(effect => effect is NodeEffect.Renew or NodeEffect.FeedUntil);

    private async Task NewsAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(RestEvery, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await news.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to write what there is, or asked to end.
        }
    }

    private FileStream? WriteAll(FileStream? file)
    {
        while (lines.Reader.TryRead(out var next))
        {
            file = Write(file, next.Line, next.After);
        }

        return file;
    }

    private void Add(FlightLine line, NodeState after)
    {
        if (!lines.Writer.TryWrite((line, after)))
        {
            Interlocked.Increment(ref lost);
        }
    }

    private FileStream? Write(FileStream? file, FlightLine line, NodeState after)
    {
        try
        {
            file ??= Open();
            file.Write(Bytes(line));
            if (lines.Reader.Count == 0)
            {
                file.Flush();
            }

            if (file.Length < FileLimit || settings is not { } known)
            {
                return file;
            }

            // Each file can be played alone: it begins with what was known then.
            file.Dispose();
            file = Open();
            file.Write(Bytes(new FlightLine(HeadOf(known, after), line.At, line.Now, null, [])));
            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (Interlocked.Increment(ref lost) == 1)
            {
                log.LogError("the flight record cannot be kept: {Why}", failure.Message);
            }

            return file;
        }
    }

    private FileStream Open()
    {
        foreach (var old in Directory.EnumerateFiles(folder, "flight-*.jsonl").OrderDescending(StringComparer.Ordinal).Skip(MostFiles - 1).ToList())
        {
            File.Delete(old);
        }

        var name = FormattableString.Invariant($"flight-{time.GetUtcNow():yyyyMMdd-HHmmss-fff}.jsonl");
        return new FileStream(Path.Combine(folder, name), FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    private FlightHead HeadOf(NodeSettings known, NodeState state) =>
        new(known.Self, known.BootId, known.Timings, canFence, known.LookEvery, known.ForgiveAfter, known.BootPatience, known.Run, state);

    private static byte[] Bytes(FlightLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, FlightJson.Options), (byte)'\n'];
}
