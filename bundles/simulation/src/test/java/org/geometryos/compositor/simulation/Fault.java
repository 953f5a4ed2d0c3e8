package org.geometryos.compositor.simulation;

/** What can be wrong with the parts of a simulation, one at a time. None of it is in the product. */
enum Fault {
    // sockets
    LOSES_A_MESSAGE(0.001),
    DOUBLES_A_MESSAGE(0.001),
    SWAPS_MESSAGES(0.01),
    LOSES_A_REPLY(0.02),
    CURSOR_STAYS(0.3),
    BUSY_MOVES_CURSOR(0.2),
    OLD_OWNER_SENDS(1),
    RESUME_IS_LOST(0.3),
    SIGNAL_IS_LOST(0.2),
    PINGS_ARE_LOST(0.05),
    RECEIPTS_DO_NOT_COUNT(1),
    DOUBLES_A_REPLY(0.02),
    // the journal, as the broadcaster sees it
    READ_SKIPS_AN_ENTRY(0.001),
    READ_SKIPS_A_CONTROL(0.05),
    READ_REPEATS_AN_ENTRY(0.001),
    READ_TURNS_ENTRIES(0.02),
    ORDERED_READ_SKIPS(0.1),
    ORDERED_READ_IS_EMPTY(0.2),
    HEAD_LAGS(1),
    SNAPSHOT_IS_EMPTY(0.5),
    SNAPSHOT_WITHOUT_HOLDERS(0.5),
    SNAPSHOT_WITHOUT_DISPLAYS(0.5),
    SNAPSHOT_WITHOUT_SCENE(0.5),
    SNAPSHOT_WITHOUT_WALLS(0.5),
    READ_SKIPS_A_WALL(0.1),
    SNAPSHOT_IS_OLD(0.5),
    EPOCH_STAYS(1),
    // the journal, as the camera bridge and the session table see it
    CONTROL_IS_FORGOTTEN(0.01),
    FENCE_IS_IGNORED(1),
    HOLDS_EVERYTHING(1),
    // the codec
    CODEC_LOSES_ORIGIN(0.05),
    CODEC_COUNTS_WRONG(0.05),
    CODEC_LOSES_CONTROL(0.3),
    CODEC_OLD_VIEW(0.01),
    CODEC_DROPS_OPS(0.1),
    HEARTBEAT_TOO_FAR(0.2),
    ACCOUNT_IS_WRONG(0.1),
    // clocks
    LEASES_END_EARLY(1),
    LEASES_DO_NOT_END(1),
    // what outlives a bundle
    SESSIONS_ARE_LOST(1),
    ATTRIBUTES_LOSE_SUBSCRIPTION(0.5),
    SCENE_IS_FORGOTTEN(1);

    /** How often it happens where it can. */
    final double rate;

    Fault(double rate) {
        this.rate = rate;
    }
}
