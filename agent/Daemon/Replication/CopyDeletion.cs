using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>Deletes what a copy on this node consists of. Whether that may be is decided before.</summary>
internal static class CopyDeletion
{
    /// <summary>Deletes it, whether or not some of it is gone already.</summary>
    /// <param name="backend">Where it is.</param>
    /// <param name="record">The unit.</param>
    /// <param name="volume">The volume's name; null for all.</param>
    /// <param name="self">This node.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task<Outcome> DeleteAsync(
        ReplicatedBackend backend, UnitRecord record, string? volume, NodeId self, CancellationToken cancellation)
    {
        var unit = record.Unit;
        var history = await backend.Streams.ReadHistoryAsync(unit, cancellation);
        if (!history.IsOk)
        {
            return history.Fault;
        }

        // Our own holds, for this writer and for former ones, would be in the way.
        var released = Outcome.Done;
        foreach (var peer in record.Copies.Where(peer => peer != self).Append(record.Writer))
        {
            released = released.IsOk ? await backend.Streams.ForgetAnchorAsync(unit, peer, cancellation) : released;
        }

        // One that is gone already, too: the storage may have been killed before all that belongs to it was done.
        foreach (var name in volume is null ? history.Value.Volumes.Select(known => known.Volume) : [volume])
        {
            var discarded = await backend.Streams.DiscardPartialAsync(new VolumeId(unit, name), cancellation);
            var deleted = released.IsOk && discarded.IsOk
                ? await backend.Volumes.DeleteAsync(new VolumeId(unit, name), cancellation)
                : Outcome.Failed(released.Fault ?? discarded.Fault!);
            if (!deleted.IsOk)
            {
                return deleted;
            }
        }

        return Outcome.Done;
    }
}
