namespace NodeAgent.Guard.Deciding;

/// <summary>What the agent asks.</summary>
internal enum MessageKind : ushort
{
    Query = 1,
    Arm = 2,
    Renew = 3,
    Disarm = 4,
}
