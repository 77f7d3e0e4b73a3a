using System.Collections.Immutable;
using NodeAgent.Cluster.Setup;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Stores;

/// <summary>The seats that an operator names, as NAME=ADDRESS.</summary>
internal static class StoreSeats
{
    public static Outcome<ImmutableArray<EtcdSeat>> Parse(IEnumerable<string> nodes, string? witness)
    {
        var seats = nodes.Select(text => Seat(text, isWitness: false)).ToList();
        if (witness is not null)
        {
            seats.Add(Seat(witness, isWitness: true));
        }

        var wrong = seats.Where(seat => !seat.IsOk).Select(seat => seat.Fault!.Why).ToList();
        return wrong.Count == 0
            ? seats.Select(seat => seat.Value).ToImmutableArray()
            : new Fault(FaultCode.InvalidArgument, "cannot set up the store", string.Join("; ", wrong), "Write --store n1=10.0.1.11,n2=10.0.1.12 --witness w=10.0.1.13", Retry.Never);
    }

    private static Outcome<EtcdSeat> Seat(string text, bool isWitness)
    {
        var cut = text.IndexOf('=', StringComparison.Ordinal);
        return cut > 0 && cut < text.Length - 1
            ? new EtcdSeat(text[..cut], text[(cut + 1)..], isWitness)
            : new Fault(FaultCode.InvalidArgument, "cannot read a seat", $"'{text}' is not NAME=ADDRESS", "", Retry.Never);
    }
}
