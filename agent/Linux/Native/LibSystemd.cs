using System.Runtime.InteropServices;

namespace NodeAgent.Linux.Native;

/// <summary>The calls of sd-bus that are used here: none with a variable number of arguments. Answers below 0 are -errno.</summary>
internal static unsafe partial class LibSystemd
{
    private const string Library = "libsystemd.so.0";

    [LibraryImport(Library)]
    public static partial int sd_bus_new(nint* bus);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_set_address(nint bus, string address);

    [LibraryImport(Library)]
    public static partial int sd_bus_set_bus_client(nint bus, int isClient);

    [LibraryImport(Library)]
    public static partial int sd_bus_negotiate_fds(nint bus, int wanted);

    [LibraryImport(Library)]
    public static partial int sd_bus_start(nint bus);

    [LibraryImport(Library)]
    public static partial nint sd_bus_close_unref(nint bus);

    [LibraryImport(Library)]
    public static partial int sd_bus_process(nint bus, nint* message);

    [LibraryImport(Library)]
    public static partial int sd_bus_get_fd(nint bus);

    [LibraryImport(Library)]
    public static partial int sd_bus_get_events(nint bus);

    [LibraryImport(Library)]
    public static partial int sd_bus_get_timeout(nint bus, ulong* monotonicMicroseconds);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_message_new_method_call(
        nint bus, nint* message, string destination, string path, string area, string member);

    [LibraryImport(Library)]
    public static partial nint sd_bus_message_unref(nint message);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_append_basic(nint message, byte type, void* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_message_open_container(nint message, byte type, string contents);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_close_container(nint message);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_read_basic(nint message, byte type, void* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_message_enter_container(nint message, byte type, string? contents);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_exit_container(nint message);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_peek_type(nint message, byte* type, byte** contents);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_skip(nint message, byte* types);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_is_method_error(nint message, byte* name);

    [LibraryImport(Library)]
    public static partial byte** sd_bus_message_get_error(nint message);

    [LibraryImport(Library)]
    public static partial int sd_bus_call_async(
        nint bus,
        nint* slot,
        nint message,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback,
        nint userData,
        ulong microseconds);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_add_match_async(
        nint bus,
        nint* slot,
        string rule,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> installed,
        nint userData);

    [LibraryImport(Library)]
    public static partial nint sd_bus_slot_unref(nint slot);
}
