namespace NodeAgent.Guard.Serving;

/// <summary>One agent that is connected, or a free place.</summary>
internal struct Connection
{
    /// <summary>-1 for a free place.</summary>
    public int Descriptor;

    /// <summary>Never used twice.</summary>
    public ulong Number;

    public uint UserId;

    /// <summary>How many messages are still heard until the next beat.</summary>
    public int Budget;
}
