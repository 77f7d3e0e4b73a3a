namespace NodeAgent.Plugins.DirectoryBackend;

/// <summary>What this backend is made for.</summary>
internal static class Limits
{
    /// <summary>1 TiB: its block map takes 512 MiB of memory, more would hurt the node.</summary>
    public const long LargestVolume = 1L << 40;
}
