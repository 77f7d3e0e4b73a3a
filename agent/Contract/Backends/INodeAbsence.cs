namespace NodeAgent.Contract;

/// <summary>Storage that nodes themselves serve, such as a cluster whose disks are theirs: whether one of them may go away for a while.</summary>
public interface INodeAbsence
{
    /// <summary>
    /// What the node serves of the storage, and what would stop if that were switched off now. Asks the storage itself and
    /// changes nothing. A fault: nobody can tell, and so it is not safe.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="away">Others that may be switched off, too, and may still be on: each alone may be missed, and not all together.</param>
    /// <param name="cancellation">Ends the asking.</param>
    Task<Outcome<NodeAbsence>> LookAsync(NodeId node, IReadOnlyList<NodeId> away, CancellationToken cancellation);
}
