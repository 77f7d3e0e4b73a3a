using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>Whether a node takes a unit over that its writer passes on.</summary>
public static class HandoverAcceptance
{
    /// <summary>
    /// The record to keep. Only from the writer of the epoch before, and only for this node. The same letter again, or
    /// one that was overtaken: what is known stays.
    /// </summary>
    /// <param name="known">What this node has; null if it has never heard of the unit.</param>
    /// <param name="told">What the peer says.</param>
    /// <param name="from">The peer, as its certificate names it.</param>
    /// <param name="self">This node.</param>
    public static Outcome<UnitRecord> Decide(UnitRecord? known, UnitRecord told, NodeId from, NodeId self)
    {
        if (told.Writer != self || !told.Copies.Contains(from) || told.Copies.Contains(self))
        {
            return Refuse(told, FaultCode.InvalidArgument, $"the record names {told.Writer} as writer and {string.Join(", ", told.Copies)} as copies",
                "Both nodes must run matching versions.");
        }

        if (known is null)
        {
            return Refuse(told, FaultCode.PreconditionFailed, $"{self} has never heard of the unit", "Let replication finish once.");
        }

        if (!known.MayBeOfLife(told.Life))
        {
            return Refuse(told, FaultCode.StaleEpoch, "it was deleted and made anew since", $"Look at 'nodeagent status' on {known.Writer}.");
        }

        // Epochs beyond the one that is told began here: nobody else could have passed the unit on.
        if (known.Epoch > told.Epoch || (known.Epoch == told.Epoch && known.Writer == self))
        {
            return known;
        }

        return known.Writer != from || told.Epoch.Value != known.Epoch.Value + 1
            ? Refuse(told, FaultCode.StaleEpoch, $"{known.Writer} is its writer in epoch {known.Epoch}, and {from} passes on epoch {told.Epoch}",
                $"Look at 'nodeagent status' on {known.Writer}.")
            : told.InLifeOf(known);
    }

    /// <summary>Whether the copy ends with the snapshot that the writer ended with; null if it does.</summary>
    /// <param name="told">The record that is told.</param>
    /// <param name="snapshot">The writer's last snapshot.</param>
    /// <param name="identities">Its identity per volume.</param>
    /// <param name="copy">This node's copy.</param>
    /// <param name="whole">The newest snapshot that all volumes of it hold.</param>
    public static Fault? Unfit(
        UnitRecord told, string snapshot, IReadOnlyDictionary<string, string> identities, CopyHistory copy, string? whole)
    {
        var names = copy.Volumes.Select(volume => volume.Volume).ToHashSet(StringComparer.Ordinal);
        var isSame = whole == snapshot && names.SetEquals(identities.Keys)
            && copy.Volumes.All(volume => volume is { Partial: null, HeadChanged: not Answer.Yes }
                && Handover.Newest(volume)?.Guid == identities[volume.Volume]);
        return isSame ? null : new Fault(
            FaultCode.WouldLoseWrites, $"cannot take over unit {told.Unit}",
            $"the newest whole snapshot here is {whole ?? "none"}, and {snapshot} with its identities was passed on",
            "Nothing is lost: the node that passed it on still has all data. Compare 'nodeagent snapshot list' on both.", Retry.AfterFix);
    }

    /// <summary>Whether opening the copy would make that snapshot its head; null if it would.</summary>
    /// <param name="told">The record that is told.</param>
    /// <param name="snapshot">The writer's last snapshot.</param>
    /// <param name="planned">The snapshot that the storage would make the head; null where it needs none.</param>
    public static Fault? OpensOther(UnitRecord told, string snapshot, string? planned) => planned is null || planned == snapshot ? null : new Fault(
        FaultCode.WouldLoseWrites, $"cannot take over unit {told.Unit}", $"its storage would open {planned}, and {snapshot} was passed on",
        "Nothing is lost: the node that passed it on still has all data. Compare 'nodeagent snapshot list' on both.", Retry.AfterFix);

    private static Fault Refuse(UnitRecord told, FaultCode code, string why, string next) =>
        new(code, $"cannot take over unit {told.Unit}", why, next, Retry.AfterFix);
}
