using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data.Seeding;

/// <summary>Where an object keeps its owner and audit fields, -1 for those it lacks; the seed fills them for each row.</summary>
internal sealed record SystemOrdinals(int Owner, int Created, int CreatedBy, int Modified, int ModifiedBy, int Stamp)
{
    public static SystemOrdinals Of(ObjectType type) => new(type.OrdinalOf("OwnerId"), type.OrdinalOf("CreatedDate"),
        type.OrdinalOf("CreatedById"),
        type.OrdinalOf("LastModifiedDate"), type.OrdinalOf("LastModifiedById"), type.SystemModstampOrdinal);

    public bool Has(int ordinal) =>
        ordinal == Owner || ordinal == Created || ordinal == CreatedBy || ordinal == Modified || ordinal == ModifiedBy || ordinal == Stamp;

    public void Fill(object?[] values, object created, object modified, string ownerId, string userId)
    {
        Set(Owner, ownerId);
        Set(Created, created);
        Set(CreatedBy, userId);
        Set(Modified, modified);
        Set(ModifiedBy, ownerId);
        Set(Stamp, modified);

        void Set(int ordinal, object value)
        {
            if (ordinal >= 0)
                values[ordinal] = value;
        }
    }
}
