using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>
/// A piece of memory that outlives the guard, in systemd's keeping. Two slots are written in turn: a guard that is killed
/// while it writes leaves the other one whole.
/// </summary>
internal sealed unsafe class KeptState
{
    private const int Size = 4096;
    private const int SlotLongs = 8;
    private const ulong FirstHash = 14695981039346656037;
    private const ulong HashFactor = 1099511628211;
    private readonly long* memory;
    private long sequence;

    /// <summary>Over a descriptor from before, or a new one if that is -1.</summary>
    public KeptState(int descriptor)
    {
        Descriptor = descriptor;
        if (descriptor < 0)
        {
            fixed (byte* name = "nodeagent-guard\0"u8)
            {
                Descriptor = LibC.memfd_create(name, 1);
            }

            _ = LibC.ftruncate(Descriptor, Size);
        }

        var start = LibC.mmap(null, Size, 1 | 2, 1, Descriptor, 0);
        memory = (nint)start == -1 ? null : (long*)start;
    }

    public int Descriptor { get; }

    public bool IsUsable => memory != null;

    /// <summary>What was written last; null if nothing whole is there.</summary>
    public KeptRecord? Read()
    {
        var newest = -1;
        for (var slot = 0; memory != null && slot < 2; slot++)
        {
            var at = memory + (slot * SlotLongs);
            if (at[0] > sequence && at[7] == Hash(at))
            {
                sequence = at[0];
                newest = slot;
            }
        }

        return newest < 0 ? null : At(memory + (newest * SlotLongs));
    }

    public void Write(in KeptRecord record)
    {
        if (memory == null)
        {
            return;
        }

        sequence++;
        var at = memory + (sequence % 2 * SlotLongs);
        at[0] = sequence;
        at[1] = (long)record.Phase;
        at[2] = record.Deadline;
        at[3] = record.Epoch;
        at[4] = record.Runs ? 1 : 0;
        at[5] = record.TimeoutMilliseconds;
        at[6] = 0;
        at[7] = Hash(at);
    }

    private static KeptRecord At(long* at) => new((GuardPhase)at[1], at[2], at[3], at[4] != 0, (int)at[5]);

    private static long Hash(long* at)
    {
        var hash = FirstHash;
        for (var i = 0; i < SlotLongs - 1; i++)
        {
            hash = (hash ^ (ulong)at[i]) * HashFactor;
        }

        return (long)hash;
    }
}
