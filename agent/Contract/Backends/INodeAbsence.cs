namespace NodeAgent.Contract;

/// <summary>Storage that nodes themselves serve, such as a cluster whose disks are theirs: whether one of them may go away for a while.</summary>
public interface INodeAbsence
{
    /// <summary>
    /// What the node serves of the storage, and what would stop if that were switched off now. Asks the storage itself and
    /// changes nothing. A fault: nobody can tell, and so it is not safe.
    /// </summary>
    Task<Outcome<NodeAbsence>> LookAsync(NodeId node, CancellationToken cancellation);
}
