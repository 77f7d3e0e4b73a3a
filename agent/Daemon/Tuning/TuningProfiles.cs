using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Daemon.Tuning;

/// <summary>The profiles there are. Which of them is the better one is for 'nodeagent bench volume' to measure.</summary>
internal static class TuningProfiles
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;
    private const string OwnChoice = "ZFS's own choice";

    // After a leg froze, this has to be written before all is well: half a second's work of a pair of fast drives.
    private const long LittlePerDrive = 256 * MiB;
    private const long MuchPerDrive = GiB;

    public static TuningProfile Default { get; } = new(
        "default", "what ZFS does by itself",
        [
            .. Knobs.All.Where(knob => knob.Default is not null).Select(knob => new Setting(knob, Amount.Of(knob.Default!.Value), OwnChoice)),
            new(Knobs.DirtyData, Amount.Memory(4 * GiB, 10), $"{OwnChoice}: a tenth of memory"),
            new(Knobs.LogData, Amount.Memory(4 * GiB, 10, times: 2), $"{OwnChoice}: twice the dirty data"),
        ]);

    public static TuningProfile Latency { get; } = new(
        "nvme-mirror-latency", "many small fsyncs: deeper queues for what somebody waits for, little dirty data so that a frozen leg is soon over",
        [
            Deep(Knobs.SyncReadMin, 16, "a drive over the network needs more on its way than one beside the processor"),
            Deep(Knobs.SyncReadMax, 32, "ten reads on their way are a limit of 100,000 a second at 0.1 ms"),
            Deep(Knobs.SyncWriteMin, 16, "the intent log waits for the slower half of the mirror"),
            Deep(Knobs.SyncWriteMax, 32, "ten log writes on their way are a limit at the latency of the remote half"),
            Deep(Knobs.AsyncReadMax, 8, "read ahead further, but behind what somebody waits for"),
            Deep(Knobs.AsyncWriteMin, 4, "transaction groups end sooner, and hold fsyncs up for less time"),
            Deep(Knobs.AsyncWriteMax, 16, "the same under load, without filling the queues that fsyncs need"),
            new(Knobs.DirtyData, Amount.Memory(2 * GiB, 16, LittlePerDrive), "little to write at once, and little to catch up with after a leg froze"),
            new(Knobs.LogData, Amount.Memory(2 * GiB, 16, LittlePerDrive, times: 2), "twice the dirty data, as ZFS itself has it"),
            new(Knobs.GroupTimeout, Amount.Of(5), "ZFS's own: a longer one only makes each group larger"),
        ]);

    public static TuningProfile Throughput { get; } = new(
        "nvme-mirror-throughput", "streams and large batches: deep queues, large requests, more dirty data; a frozen leg stops writers for longer",
        [
            Deep(Knobs.SyncReadMin, 16, "a drive over the network needs more on its way than one beside the processor"),
            Deep(Knobs.SyncReadMax, 48, "fills the queue of a fast drive behind a network"),
            Deep(Knobs.SyncWriteMin, 16, "the intent log waits for the slower half of the mirror"),
            Deep(Knobs.SyncWriteMax, 48, "fills the queue of a fast drive behind a network"),
            Deep(Knobs.AsyncReadMin, 4, "sequential reads are read ahead, and half of them cross the network"),
            Deep(Knobs.AsyncReadMax, 32, "the same for several streams at once"),
            Deep(Knobs.AsyncWriteMin, 4, "keeps the drives busy at little dirty data"),
            Deep(Knobs.AsyncWriteMax, 32, "lets both halves of the mirror write as fast as they can"),
            new(Knobs.Aggregation, Amount.Of(MiB), "fewer, larger requests: each costs the network a round trip"),
            new(Knobs.DirtyData, Amount.Memory(8 * GiB, 8, MuchPerDrive), "larger groups, longer runs on the drives"),
            new(Knobs.LogData, Amount.Memory(8 * GiB, 8, MuchPerDrive, times: 2), "twice the dirty data, as ZFS itself has it"),
            new(Knobs.GroupTimeout, Amount.Of(10), "larger groups; what was fsynced is in the log all the same"),
        ]);

    public static IReadOnlyList<TuningProfile> All { get; } = [Default, Latency, Throughput];

    /// <summary>The profile of that name. Faults: there is none.</summary>
    public static Outcome<TuningProfile> Find(string name) => All.FirstOrDefault(profile => profile.Name == name) is { } found
        ? found
        : new Fault(
            FaultCode.InvalidArgument, $"cannot tune with profile '{name}'", "there is no such profile",
            $"{(Nearest.To(name, All.Select(profile => profile.Name)) is { } near ? $"Did you mean '{near}'? " : "")}Profiles: {string.Join(", ", All.Select(profile => profile.Name))}.", Retry.Never);

    private static Setting Deep(Knob knob, long depth, string why) => new(knob, Amount.Depth(depth, knob), why);
}
