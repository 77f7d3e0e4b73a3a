using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>
/// Whether there is room for a stream, asked before a byte of it is taken: a pool that a copy has filled to the brim hurts
/// everything on it, and what has arrived by then is worth nothing.
/// </summary>
internal static class CopyRoom
{
    // To look costs two commands; what is smaller than this comes every few seconds and decides nothing.
    private const long Small = 64L * 1024 * 1024;

    /// <summary>Why a stream cannot be taken; null: there is room, or nobody can say.</summary>
    public static async Task<Fault?> RefusesAsync(ReplicatedBackend backend, StreamOffer offer, NodeId self, CancellationToken cancellation)
    {
        // What a broken stream still brings was looked at when it began.
        var step = offer.Step;
        if (offer.Bytes is not { } bytes || step.ResumeToken is not null || backend.Pools is not { } pools || (step.From is not null && bytes < Small))
        {
            return null;
        }

        var listed = await pools.ListPoolsAsync(cancellation);
        return listed is { IsOk: true, Value: [{ AvailableBytes: { } available } pool] } && available < bytes
            ? ReplicationFaults.NoRoom(step.Volume, self, pool.Name, bytes, available)
            : null;
    }
}
