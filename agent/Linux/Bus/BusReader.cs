using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Bus;

/// <summary>
/// Reads a message, in order, on the bus' thread and only while it is handed over. What is not of the type asked for
/// makes the whole message <see cref="IsGarbled"/>; from then on reads give nothing.
/// </summary>
internal sealed unsafe class BusReader(nint message)
{
    private const int DuplicateCloseOnExec = 1030;

    /// <summary>True once something was not as expected.</summary>
    public bool IsGarbled { get; private set; }

    public string Text() => Text('s');

    public string ObjectPath() => Text('o');

    public uint UInt32()
    {
        uint value = 0;
        return Read('u', &value) ? value : 0;
    }

    public bool Boolean()
    {
        // Four bytes wide here.
        var value = stackalloc int[1];
        return Read('b', value) && value[0] != 0;
    }

    /// <summary>A descriptor of the caller's own; the one in the message goes with it. Null if there is none.</summary>
    public SafeFileHandle? FileDescriptor()
    {
        var value = -1;
        return Read('h', &value) ? Descriptor.Own(LibC.fcntl(value, DuplicateCloseOnExec, 3)) : null;
    }

    /// <summary>Goes through an array; <paramref name="item"/> must read one element.</summary>
    public void Array(string contents, Action item)
    {
        if (IsGarbled || !Was(LibSystemd.sd_bus_message_enter_container(message, (byte)'a', contents) > 0))
        {
            return;
        }

        while (!IsGarbled && Peek() is not '\0')
        {
            item();
        }

        _ = Was(LibSystemd.sd_bus_message_exit_container(message) >= 0);
    }

    /// <summary>Goes into a structure 'r', dictionary entry 'e' or variant 'v' and out again.</summary>
    public void Inside(char type, string contents, Action inside)
    {
        if (!IsGarbled && Was(LibSystemd.sd_bus_message_enter_container(message, (byte)type, contents) > 0))
        {
            inside();
            _ = Was(LibSystemd.sd_bus_message_exit_container(message) >= 0);
        }
    }

    /// <summary>A variant with a string in it; null if it holds something else.</summary>
    public string? TextVariant()
    {
        byte type;
        byte* contents;
        if (IsGarbled || !Was(LibSystemd.sd_bus_message_peek_type(message, &type, &contents) > 0))
        {
            return null;
        }

        if (type != (byte)'v' || contents is null || contents[0] != (byte)'s' || contents[1] != 0)
        {
            Skip();
            return null;
        }

        string? text = null;
        Inside('v', "s", () => text = Text());
        return text;
    }

    /// <summary>Passes over one element.</summary>
    public void Skip() => _ = IsGarbled || Was(LibSystemd.sd_bus_message_skip(message, null) >= 0);

    private char Peek()
    {
        byte type;
        return LibSystemd.sd_bus_message_peek_type(message, &type, null) > 0 ? (char)type : '\0';
    }

    private string Text(char type)
    {
        byte* value = null;
        return Read(type, &value) ? Marshal.PtrToStringUTF8((nint)value) ?? string.Empty : string.Empty;
    }

    private bool Read(char type, void* value) =>
        !IsGarbled && Was(LibSystemd.sd_bus_message_read_basic(message, (byte)type, value) > 0);

    private bool Was(bool asExpected)
    {
        IsGarbled |= !asExpected;
        return asExpected;
    }
}
