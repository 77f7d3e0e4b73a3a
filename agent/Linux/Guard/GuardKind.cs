namespace NodeAgent.Linux.Guard;

/// <summary>What is asked of the guard. The numbers are the guard's.</summary>
internal enum GuardKind : ushort
{
    Query = 1,
    Arm = 2,
    Renew = 3,
    Disarm = 4,
    Adopt = 5,
    Condemn = 6,
    Attest = 7,
}
