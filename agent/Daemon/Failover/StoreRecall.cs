using System.Text;
using System.Threading.Channels;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Failover;

/// <summary>
/// What this node has seen of the cluster store, on its own disk: after the store was restored from a backup, or founded anew, nobody else may
/// know which epochs there were.
/// </summary>
/// <param name="path">Where it is kept; null: nowhere.</param>
/// <param name="identity">Which store is asked now; null: it never said.</param>
/// <param name="time">The boot clock and its timers.</param>
/// <param name="log">The journal.</param>
internal sealed class StoreRecall(string? path, Func<string?> identity, TimeProvider time, ILogger log)
{
    // A backup that is younger than this looks like the store itself, if no service moved meanwhile.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile StoreMemory memory = StoreMemory.Empty;
    private StoreMemory written = StoreMemory.Empty;

    /// <summary>What is wrong with the store, until every service that it concerns was taken anew; null: nothing.</summary>
    public string? Doubt => memory.Doubt;

    /// <summary>Finds what an earlier agent saw. What cannot be read is a fault: it may tell of epochs that the store has forgotten.</summary>
    public Outcome Load()
    {
        if (path is null || !File.Exists(path))
        {
            return Outcome.Done;
        }

        var read = StoreMemoryJson.Read(path, File.ReadAllText(path));
        if (!read.IsOk)
        {
            return read.Fault with { What = $"cannot read what this node has seen of the cluster store, {path}", NextStep = "If the store was never restored from a backup, and is the one that it always was: delete the file, and restart the agent." };
        }

        memory = written = read.Value;
        return Outcome.Done;
    }

    /// <summary>Takes note of the store as it is seen now; true if something is found to be wrong with it.</summary>
    public bool See(ClusterView view)
    {
        var before = memory;
        var next = before.Saw(view, identity());
        memory = next;
        if (!next.Known.SequenceEqual(before.Known) || next.Doubt != before.Doubt || next.Store != before.Store)
        {
            news.Writer.TryWrite(true);
        }

        return next.Doubt is not null && next.Doubt != before.Doubt;
    }

    /// <summary>What this node says of its copies, with the epochs that the store has forgotten.</summary>
    public NodeOffers With(NodeOffers offers, ClusterView? view) =>
        view is not null && memory.Beyond(view.Record) is { IsEmpty: false } beyond ? offers with { Known = beyond } : offers;

    /// <summary>Keeps it on disk until cancelled: what is new at once, and how far the store is now and then. Never waited for: a disk may hang.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Keep();
                await Task.WhenAny(news.Reader.WaitToReadAsync(cancellation).AsTask(), Task.Delay(Every, time, cancellation));
                cancellation.ThrowIfCancellationRequested();
                news.Reader.TryRead(out _);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Keep();
        }
    }

    private void Keep()
    {
        var now = memory;
        if (path is null || ReferenceEquals(now, written))
        {
            return;
        }

        var kept = AtomicFile.Write(path, Encoding.UTF8.GetBytes(StoreMemoryJson.Write(now)));
        if (kept.IsOk)
        {
            written = now;
        }
        else
        {
            log.LogWarning("what was seen of the cluster store is not kept: {Fault}", kept.Fault);
        }
    }
}
