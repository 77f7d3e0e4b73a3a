using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Bus;

/// <summary>A call without an answer yet. Lives on the bus' thread.</summary>
internal abstract unsafe class BusPending(BusCall call)
{
    private GCHandle self;
    private nint slot;

    public BusCall Call { get; } = call;

    /// <summary>Told when it has ended, in whatever way.</summary>
    public Action<BusPending>? Ended { get; set; }

    /// <summary>Sends the call. The answer, or sd-bus' own time limit, ends it later.</summary>
    public void Send(nint bus, ulong microseconds)
    {
        nint message;
        var answer = LibSystemd.sd_bus_message_new_method_call(bus, &message, Call.Destination, Call.Path, Call.Interface, Call.Member);
        if (answer < 0)
        {
            End(BusFaults.CannotSend(Call.What, -answer));
            return;
        }

        var writer = new BusWriter(message);
        Call.Arguments?.Invoke(writer);
        answer = -writer.Errno;
        if (answer == 0)
        {
            self = GCHandle.Alloc(this);
            nint made;
            answer = LibSystemd.sd_bus_call_async(bus, &made, message, &OnReply, GCHandle.ToIntPtr(self), microseconds);
            slot = answer < 0 ? 0 : made;
        }

        _ = LibSystemd.sd_bus_message_unref(message);
        if (answer < 0)
        {
            End(BusFaults.CannotSend(Call.What, -answer));
        }
    }

    /// <summary>Ends it with a fault, such as when the bus is lost.</summary>
    public void End(Fault fault)
    {
        Release();
        Fail(fault);
        Ended?.Invoke(this);
    }

    protected abstract void Fail(Fault fault);

    protected abstract void Read(BusReader reader);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnReply(nint message, nint userData, nint error)
    {
        ((BusPending)GCHandle.FromIntPtr(userData).Target!).Arrived(message);
        return 0;
    }

    private void Arrived(nint message)
    {
        if (LibSystemd.sd_bus_message_is_method_error(message, null) > 0)
        {
            var error = LibSystemd.sd_bus_message_get_error(message);
            End(BusFaults.Answered(Call.What, Word(error, 0), Word(error, 1)));
            return;
        }

        Read(new BusReader(message));
        Release();
        Ended?.Invoke(this);
    }

    private static string Word(byte** error, int index) =>
        error is null ? string.Empty : Marshal.PtrToStringUTF8((nint)error[index]) ?? string.Empty;

    private void Release()
    {
        if (slot != 0)
        {
            slot = LibSystemd.sd_bus_slot_unref(slot);
        }

        if (self.IsAllocated)
        {
            self.Free();
        }
    }
}
