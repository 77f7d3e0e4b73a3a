using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>
/// Whether a copy that no record names any more may be removed: one that was left out, by the unit's writer; one whose unit is gone
/// everywhere else, by the node that holds it.
/// </summary>
public static class LeftOutCopy
{
    /// <summary>Why a writer may not order what another node holds removed; null if it may.</summary>
    /// <param name="own">The writer's record.</param>
    /// <param name="peer">The other node.</param>
    /// <param name="there">The record that it has.</param>
    public static Fault? Forbids(UnitRecord own, NodeId peer, UnitRecord there) =>
        own.Copies.Contains(peer)
            ? Refuse(own.Unit, peer, FaultCode.PreconditionFailed, "it is one of the unit's copies, and was not left out",
                $"Leave it out first: nodeagent replication set {own.Unit} --replicate-to {Rest(own, peer)}")
        : there.Writer == peer
            ? Refuse(own.Unit, peer, FaultCode.Diverged, $"{peer} holds itself for the writer, in epoch {there.Epoch}",
                "Two nodes hold themselves for the writer: compare the unit's record on both.")
        : !own.MayBeOfLife(there.Life)
            ? Refuse(own.Unit, peer, FaultCode.PreconditionFailed, "it is of an earlier unit of that name", $"Give the command on {peer}.")
        : there.Epoch > own.Epoch
            ? Refuse(own.Unit, peer, FaultCode.StaleEpoch, $"{peer} knows epoch {there.Epoch} of the unit, and this node only {own.Epoch}",
                $"Look at 'nodeagent status' on {there.Writer}.")
        : null;

    /// <summary>
    /// Why a node may not remove what it holds by itself; null if it may: every member was asked, and none that a record names as the
    /// writer has one of this life of the unit.
    /// </summary>
    /// <param name="here">The record of the node that holds it.</param>
    /// <param name="self">That node.</param>
    /// <param name="known">What each other member knows of the unit; where that cannot be told, why nothing is removed.</param>
    public static Fault? Forbids(UnitRecord here, NodeId self, IReadOnlyDictionary<NodeId, Outcome<UnitRecord?>> known)
    {
        if (known.OrderBy(entry => entry.Key.Value, StringComparer.Ordinal).FirstOrDefault(entry => !entry.Value.IsOk).Value is { Fault: { } untold })
        {
            return untold;
        }

        var records = known.Values.Select(answer => answer.Value).OfType<UnitRecord>().Where(record => here.MayBeOfLife(record.Life)).Append(here);
        foreach (var writer in records.Select(record => record.Writer).Distinct())
        {
            if (writer == self || (known.TryGetValue(writer, out var answer) && answer.Value is { } there && here.MayBeOfLife(there.Life)))
            {
                return Refuse(here.Unit, self, FaultCode.NotWriter, $"{writer} is the unit's writer", $"Give the command on {writer}.");
            }
        }

        return null;
    }

    /// <summary>What a copy may hold that its writer does not; null: all of it is there, by identity.</summary>
    /// <param name="here">What the writer has.</param>
    /// <param name="there">What the copy consists of.</param>
    public static string? OnlyThere(CopyHistory here, CopyHistory there)
    {
        foreach (var volume in there.Volumes)
        {
            if (volume.HeadChanged != Answer.No)
            {
                return $"{volume.Volume} {(volume.HeadChanged == Answer.Yes ? "was" : "may have been")} written to there";
            }

            var own = here.Volumes.FirstOrDefault(known => known.Volume == volume.Volume)?.Points ?? [];
            if (volume.Points.LastOrDefault(point => !point.IsBookmark) is { } newest && !own.Any(point => point.Guid == newest.Guid))
            {
                return $"its newest snapshot of {volume.Volume}, {newest.Name} of {newest.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, is not (or no more) on the writer";
            }
        }

        return null;
    }

    private static string Rest(UnitRecord own, NodeId peer) =>
        own.Copies.Length == 1 ? "none" : string.Join(',', own.Copies.Where(node => node != peer));

    private static Fault Refuse(UnitId unit, NodeId peer, FaultCode code, string why, string next) =>
        new(code, $"cannot remove the copy of {unit} on {peer}", why, next, Retry.AfterFix);
}
