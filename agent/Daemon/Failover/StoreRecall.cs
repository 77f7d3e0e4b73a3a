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
/// <param name="time">The boot clock and its timers.</param>
/// <param name="log">The journal.</param>
internal sealed class StoreRecall(string? path, TimeProvider time, ILogger log)
{
    // A backup that is younger than this looks like the store itself, if no service moved meanwhile.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile StoreMemory memory = StoreMemory.Empty;
    private volatile Fault? unread;
    private volatile ClusterView? seen;
    private volatile bool isForgetful;
    private volatile bool isHeldBack;
    private bool isNew;
    private StoreMemory written = StoreMemory.Empty;

    /// <summary>What is wrong with the store, until every service that it concerns was taken anew; null: nothing.</summary>
    public string? Doubt => unread is null ? memory.Doubt : null;

    /// <summary>Why it is not known what this node has seen before; null: it is known. Meanwhile this node goes on with what it has, and takes nothing.</summary>
    public Fault? Unread => unread;

    /// <summary>True if nothing tells that the store has forgotten something.</summary>
    public bool IsTrusted => unread is null && memory.Doubt is null;

    /// <summary>True if the store as seen last is another one than before, or behind it; also while nobody can tell.</summary>
    public bool IsForgetful => unread is not null || isForgetful;

    /// <summary>
    /// Finds what an earlier agent saw. What cannot be read may tell of epochs that the store has forgotten: it is not taken for nothing, nor
    /// written over, but tried again.
    /// </summary>
    public void Load()
    {
        var read = path is null ? StoreMemory.Empty : Read(path);
        if (read.IsOk)
        {
            memory = written = read.Value;
        }

        unread = read.Fault;
    }

    /// <summary>
    /// Takes note of the store as it is seen now. What an operator has to hear of that, and what to call it; null: nothing. It is kept on disk once
    /// <see cref="Drawn"/> says that what follows from it is: an agent that is killed between would take the store for the one it always was.
    /// </summary>
    public (string Kind, string Text)? See(ClusterView view)
    {
        seen = view;
        if (unread is not null)
        {
            return null;
        }

        var before = memory;
        var next = before.Saw(view);
        isHeldBack = true;
        isNew |= !next.Known.SequenceEqual(before.Known) || next.Doubt != before.Doubt || next.Store != before.Store;
        (isForgetful, memory) = (before.IsForgetful(view), next);

        return next.Doubt is { } doubt && doubt != before.Doubt ? ("store-behind", $"{doubt}: no service is taken by itself that the store may have forgotten something of")
            : before.SettledIn(view) is { IsEmpty: false } settled
                ? ("store-settled", $"the cluster store is another one than this node has seen, and an operator said that {string.Join(", ", settled)} went on there. What was written here and nowhere else is lost to them; it is kept when this node becomes a copy again: nodeagent kept list")
            : null;
    }

    /// <summary>What follows for units from what was seen is on disk, or is not: then neither is what was seen.</summary>
    public void Drawn(bool isKept)
    {
        isHeldBack = !isKept;
        if (isKept && isNew)
        {
            isNew = false;
            news.Writer.TryWrite(true);
        }
    }

    /// <summary>What this node says of its copies, with the epochs that the store has forgotten.</summary>
    public NodeOffers With(NodeOffers offers, ClusterView? view) =>
        unread is null && view is not null && memory.Beyond(view.Record) is { IsEmpty: false } beyond ? offers with { Known = beyond } : offers;

    /// <summary>Keeps it on disk until cancelled: what is new at once, and how far the store is now and then. Never waited for: a disk may hang.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                TryAgain();
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

    private static Outcome<StoreMemory> Read(string path)
    {
        var why = "";
        try
        {
            var read = StoreMemoryJson.Read(path, File.ReadAllText(path));
            if (read.IsOk)
            {
                return read;
            }

            why = read.Fault.Why;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return StoreMemory.Empty;
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            why = bad.Message;
        }

        return new Fault(
            FaultCode.Unparseable, $"cannot read what this node has seen of the cluster store, {path}", why,
            "Mend what keeps it from being read. If the store was never restored from a backup, and is the one that it always was: remove the file. The agent tries again every 30 s.",
            Retry.AfterFix);
    }

    private void TryAgain()
    {
        if (unread is not null && path is not null && Read(path) is { IsOk: true, Value: var read })
        {
            // What it means for the store comes before this node says anything of its copies.
            (written, memory) = (read, seen is { } view ? read.Saw(view) : read);
            unread = null;
            log.LogWarning("what this node has seen of the cluster store was read at last; {Doubt}", memory.Doubt ?? "nothing is wrong with the store");
        }
    }

    private void Keep()
    {
        var now = memory;
        if (path is null || unread is not null || isHeldBack || ReferenceEquals(now, written))
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
