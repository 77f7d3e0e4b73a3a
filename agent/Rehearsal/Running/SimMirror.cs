namespace NodeAgent.Rehearsal.Running;

/// <summary>The copies of a service whose storage writes all of them at once: what the cluster has agreed about them, and what is true.</summary>
internal sealed class SimMirror(IEnumerable<string> nodes)
{
    /// <summary>The node that may change what is agreed: it opened the units last.</summary>
    public string? Writer { get; set; }

    /// <summary>What is agreed: nodes whose copy holds every acknowledged write.</summary>
    public SortedSet<string> Certified { get; } = new(nodes, StringComparer.Ordinal);

    /// <summary>What is true.</summary>
    public SortedSet<string> Whole { get; } = new(nodes, StringComparer.Ordinal);

    /// <summary>Nodes whose disk failed, until all of it was copied again: the storage itself knows that nothing is on it.</summary>
    public SortedSet<string> Empty { get; } = new(StringComparer.Ordinal);

    /// <summary>Since when a node is connected with the writer, or not, in true time.</summary>
    public Dictionary<string, (bool IsConnected, long Since)> Links { get; } = new(StringComparer.Ordinal);
}
