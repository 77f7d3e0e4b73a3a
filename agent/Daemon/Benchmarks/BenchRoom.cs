using NodeAgent.Contract;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>The filesystem that is measured.</summary>
/// <param name="Format">Its kind, such as zfs.</param>
/// <param name="FreeBytes">What may be written to it.</param>
/// <param name="AllBytes">How large it is.</param>
internal sealed record BenchRoom(string Format, long FreeBytes, long AllBytes)
{
    /// <summary>Copy-on-write storage writes blocks anew before it frees the old ones.</summary>
    private const int Copies = 2;

    /// <summary>This part of the filesystem stays free for those who use it.</summary>
    private const int Reserve = 20;

    public static BenchRoom At(string folder)
    {
        var drive = new DriveInfo(folder);
        return new BenchRoom(drive.DriveFormat, drive.AvailableFreeSpace, drive.TotalSize);
    }

    /// <summary>A fault if a scratch file of this size could take the room that services need.</summary>
    public Outcome Takes(string folder, long bytes)
    {
        var needed = (bytes * Copies) + (AllBytes / Reserve);
        return FreeBytes >= needed ? Outcome.Done : new Fault(
            FaultCode.PreconditionFailed, $"cannot measure in {folder}",
            $"{Spans.Size(FreeBytes)} are free; {Spans.Size(needed)} are needed: twice {Spans.Size(bytes)}, and {100 / Reserve} % that stay free for others",
            "Make room, or give a smaller --size.", Retry.AfterFix);
    }
}
