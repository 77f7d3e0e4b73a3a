namespace NodeAgent.Core.Views;

/// <summary>How a node stands, as the store shows it. Source: the design, "How a decision is made".</summary>
public enum NodeStanding
{
    /// <summary>It never was in the cluster, or its last stay is over and nothing hangs on it.</summary>
    Absent = 0,

    /// <summary>It has power, and is not in the cluster yet.</summary>
    Joining,

    /// <summary>It is here.</summary>
    Member,

    /// <summary>It was not heard for some seconds.</summary>
    Suspect,

    /// <summary>Its stay is being ended from outside.</summary>
    Fencing,

    /// <summary>It is known to write no more.</summary>
    Fenced,

    /// <summary>It is to be empty, and is not yet.</summary>
    Draining,

    /// <summary>It is empty, and gets nothing.</summary>
    Drained,
}
