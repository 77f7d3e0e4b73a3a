using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>Whether a node that keeps a copy takes the record that a peer tells it.</summary>
public static class RecordAdoption
{
    /// <summary>
    /// Takes a record only from the node that the record names as writer, and never one that would go back in time or
    /// put two writers into one epoch.
    /// </summary>
    /// <param name="known">What this node has; null if it has never heard of the unit.</param>
    /// <param name="told">What the peer says.</param>
    /// <param name="from">The peer, as its certificate names it.</param>
    /// <param name="self">This node.</param>
    public static Outcome<UnitRecord> Decide(UnitRecord? known, UnitRecord told, NodeId from, NodeId self)
    {
        if (told.Writer != from)
        {
            return Refuse(told, FaultCode.NotWriter, $"{from} sent a record that names {told.Writer} as writer",
                $"Only {told.Writer} may say so.");
        }

        if (!told.Copies.Contains(self))
        {
            return Refuse(told, FaultCode.PreconditionFailed, $"the record does not name {self} as a copy",
                "Nothing to do: the sender will leave this node out.");
        }

        if (known is null)
        {
            return told;
        }

        if (told.Epoch < known.Epoch)
        {
            return Refuse(told, FaultCode.StaleEpoch, $"epoch {told.Epoch} is older than {known.Epoch}, whose writer is {known.Writer}",
                $"{from} has lost the unit: look at 'nodeagent status' on {known.Writer}.");
        }

        // A unit is not taken from its writer by a letter: this node would go on writing, and the sender may order the
        // data deleted as a copy of its own. What ends a writer is its own demotion, never another node's claim.
        if (known.Writer == self && told.Writer != self)
        {
            return Refuse(told, FaultCode.Diverged, $"{self} itself writes the unit, in epoch {known.Epoch}",
                "Two nodes hold themselves for the writer: compare the unit's record on both, delete the wrong one.");
        }

        if (told.Epoch == known.Epoch && told.Writer != known.Writer)
        {
            return Refuse(told, FaultCode.Diverged, $"{known.Writer} is already writer in epoch {known.Epoch}",
                "Two units of one name were made on two nodes: rename or delete one of them.");
        }

        // Another life of it is no older word: its revisions began anew. Who does not say which life it is, is believed to mean this one.
        return told.Epoch == known.Epoch && told.Revision < known.Revision && known.MayBeOfLife(told.Life) ? known
            : told.InLifeOf(known);
    }

    private static Fault Refuse(UnitRecord told, FaultCode code, string why, string next) =>
        new(code, $"cannot take the record of unit {told.Unit}", why, next, Retry.AfterFix);
}
