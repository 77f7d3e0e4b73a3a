using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Devices;

/// <summary>
/// For tests: a pipe that is told, with the boot clock, what a device would have been told: 'S' started, 'F' fed, 'V' stopped,
/// 'T' the timeout was set. It resets nothing, and says so.
/// </summary>
internal sealed unsafe class StandInDevice(string path) : WatchdogDevice
{
    private const int RecordSize = 9;

    public override bool Attest(int seconds)
    {
        if (Descriptor < 0)
        {
            fixed (byte* name = CString.Of(path))
            {
                // For both ways: a pipe without reader cannot be opened for writing alone.
                Descriptor = LibC.open(name, LibC.ReadWrite | LibC.CloseOnExec | LibC.NonBlocking);
            }
        }

        Describe();
        TimeoutMilliseconds = Descriptor < 0 || !Tell('T') ? 0 : seconds * 1000;
        return TimeoutMilliseconds > 0;
    }

    public override bool TryStart() => Runs = Tell('S');

    public override bool Feed() => Tell('F');

    public override void Stop() => Runs = !Tell('V');

    public override void Release()
    {
        _ = LibC.close(Descriptor);
        Descriptor = -1;
    }

    public override bool TakeOver(int descriptor, bool runs, int timeoutMilliseconds)
    {
        Descriptor = descriptor;
        Runs = runs;
        TimeoutMilliseconds = timeoutMilliseconds;
        Describe();
        return true;
    }

    private void Describe()
    {
        Flags = GuardSight.StandIn;
        Identity = "stand-in"u8.ToArray();
    }

    private bool Tell(char what)
    {
        var record = stackalloc byte[RecordSize];
        record[0] = (byte)what;
        *(long*)(record + 1) = KernelClock.Now;
        return LibC.write(Descriptor, record, RecordSize) == RecordSize;
    }
}
