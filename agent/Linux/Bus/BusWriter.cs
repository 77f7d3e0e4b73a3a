using System.Runtime.InteropServices;

using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Bus;

/// <summary>Writes the arguments of a call, in their order. The first failure is kept and sends nothing.</summary>
internal sealed unsafe class BusWriter(nint message)
{
    /// <summary>0, or the errno of the first failure.</summary>
    public int Errno { get; private set; }

    public BusWriter Text(string value) => Text('s', value);

    public BusWriter ObjectPath(string value) => Text('o', value);

    public BusWriter Int32(int value)
    {
        Note(LibSystemd.sd_bus_message_append_basic(message, (byte)'i', &value));
        return this;
    }

    public BusWriter UInt64(ulong value)
    {
        Note(LibSystemd.sd_bus_message_append_basic(message, (byte)'t', &value));
        return this;
    }

    /// <summary>D-Bus booleans are four bytes wide here.</summary>
    public BusWriter Boolean(bool value)
    {
        var number = value ? 1 : 0;
        Note(LibSystemd.sd_bus_message_append_basic(message, (byte)'b', &number));
        return this;
    }

    /// <summary>An array, structure or variant; its contents are written by <paramref name="inside"/>.</summary>
    public BusWriter Container(char type, string contents, Action<BusWriter> inside)
    {
        Note(LibSystemd.sd_bus_message_open_container(message, (byte)type, contents));
        if (Errno == 0)
        {
            inside(this);
            Note(LibSystemd.sd_bus_message_close_container(message));
        }

        return this;
    }

    private BusWriter Text(char type, string value)
    {
        var text = Marshal.StringToCoTaskMemUTF8(value);
        Note(value.Contains('\0') ? -22 : LibSystemd.sd_bus_message_append_basic(message, (byte)type, (void*)text));
        Marshal.FreeCoTaskMem(text);
        return this;
    }

    private void Note(int answer)
    {
        if (answer < 0 && Errno == 0)
        {
            Errno = -answer;
        }
    }
}
