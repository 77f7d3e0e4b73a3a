using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>
/// A new drive in the place of one that is gone. Who gives an empty drive exactly the PARTUUID of the configuration has said
/// what it is for. One that holds anything is left alone: only an operator says that it may go.
/// </summary>
internal sealed class Replacement(Parts parts)
{
    /// <summary>What of the pool a drive is to take the place of; null if there is nothing.</summary>
    public Leaf? Gone(PoolView view, Guid partition) => AllGone(view, partition).FirstOrDefault();

    /// <summary>All that the pool still has of a drive and of those in whose place it is, the newest first.</summary>
    public IEnumerable<Leaf> AllGone(PoolView view, Guid partition) => parts.Layout.Before(partition).Prepend(partition).Select(view.Of).OfType<Leaf>();

    /// <summary>Puts new drives of this node into the places of those that are gone; null if there are none.</summary>
    public async Task<Outcome?> OfThisNodeAsync(PoolView view, string what, CancellationToken cancellation)
    {
        foreach (var pair in parts.Pairs)
        {
            if (view.Of(pair.Local) is not { IsOnline: true } && Gone(view, pair.Local) is { } gone && view.Of(pair.Remote) is { IsOnline: true }
                && await parts.Tool.IsBlankAsync(what, pair.Local, cancellation) is { IsOk: true, Value: true })
            {
                return await PutAsync(gone, pair.Local, what, cancellation);
            }
        }

        return null;
    }

    /// <summary>Puts a drive into the place of one that is gone. ZFS refuses one that is too small.</summary>
    public async Task<Outcome> PutAsync(Leaf gone, Guid partition, string what, CancellationToken cancellation)
    {
        parts.Say(Severity.Information, $"{parts.Unit}: a new drive is at {partition}, and takes the place of the one that was {gone.State}");
        var put = await parts.Tool.ChangeAsync(what, "zpool", ["replace", parts.Options.Pool, gone.Guid, parts.Tool.Device(partition)], cancellation);
        return put.WithoutValue();
    }
}
