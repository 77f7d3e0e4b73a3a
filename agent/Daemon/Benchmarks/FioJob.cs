namespace NodeAgent.Daemon.Benchmarks;

/// <summary>A job file that comes with the package.</summary>
/// <param name="Name">The job's name, in the file and of the file.</param>
/// <param name="Title">What it does, for people.</param>
/// <param name="Section">The part of fio's output that counts its requests.</param>
/// <param name="Latencies">The part that tells how long somebody waited: for a job that flushes, the flushes.</param>
internal sealed record FioJob(string Name, string Title, string Section, string Latencies)
{
    public static FioJob RandomWrite { get; } = new("randwrite-fsync", "4 KiB random write, fsync", "write", "sync");

    public static FioJob SequentialRead { get; } = new("seqread", "1 MiB sequential read", "read", "read");

    public static IReadOnlyList<FioJob> All { get; } = [RandomWrite, SequentialRead];

    public string File => $"{Name}.fio";
}
