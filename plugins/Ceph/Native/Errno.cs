namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>What Ceph's calls return, negated.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int InOut = 5;
    public const int TooBig = 7;
    public const int Again = 11;
    public const int Access = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int ReadOnly = 30;
    public const int Range = 34;
    public const int NotEmpty = 39;
    public const int NotSupported = 95;
    public const int Shutdown = 108;
    public const int TimedOut = 110;
    public const int Quota = 122;
    public const int Cancelled = 125;
}
