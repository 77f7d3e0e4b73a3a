namespace NodeAgent.Guard.Deciding;

/// <summary>What the agent asks. Part of the wire format: numbers stay.</summary>
internal enum MessageKind : ushort
{
    /// <summary>Only to be told how things stand.</summary>
    Query = 1,

    /// <summary>Something is owned from now on: feed until the deadline, and not longer.</summary>
    Arm = 2,

    /// <summary>The lease was renewed: feed until the new deadline.</summary>
    Renew = 3,

    /// <summary>Nothing is owned any more.</summary>
    Disarm = 4,

    /// <summary>A restarted agent speaks from now on; the deadline stays.</summary>
    Adopt = 5,

    /// <summary>What is owned cannot be let go of: never feed again, whatever comes.</summary>
    Condemn = 6,

    /// <summary>Set the device's timeout anew and read it back. Only while nothing is owned.</summary>
    Attest = 7,
}
