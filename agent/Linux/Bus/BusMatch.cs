using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Bus;

/// <summary>Signals that are listened to. Lives on the bus' thread; a garbled signal is handed over as it is.</summary>
internal sealed unsafe class BusMatch(string rule, Action<BusReader> heard)
{
    private readonly Action<BusReader> hear = heard;
    private GCHandle self;
    private nint slot;

    /// <summary>0, or the errno.</summary>
    public int Add(nint bus)
    {
        self = GCHandle.Alloc(this);
        nint made;
        var answer = LibSystemd.sd_bus_add_match_async(bus, &made, rule, &OnSignal, null, GCHandle.ToIntPtr(self));
        if (answer < 0)
        {
            self.Free();
            return -answer;
        }

        slot = made;
        return 0;
    }

    public void Remove()
    {
        if (slot != 0)
        {
            slot = LibSystemd.sd_bus_slot_unref(slot);
            self.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSignal(nint message, nint userData, nint error)
    {
        ((BusMatch)GCHandle.FromIntPtr(userData).Target!).hear(new BusReader(message));
        return 0;
    }
}
